/** The text of a file: UTF-8 with all its bytes, or UTF-16 where its byte order mark says so. */
export function textOfBytes(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  // Offsets in UTF-8 are the file's own, a mark at its beginning included.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
