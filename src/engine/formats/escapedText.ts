/**
 * How bytes that should be UTF-8, and may not be, become a text without loss. llama.cpp keeps the bytes of a file's texts as
 * they are and stops at none; here every byte that is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as in Python's
 * “surrogateescape” (PEP 383), so that different bytes stay different texts and `bytesOfEscaped` gives them back.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ESCAPED = 0xdc00;

/** The text whose bytes are [start, end) of these. */
export function textOfBytes(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT) {
    // Vocabularies are 100,000s of short, mostly ASCII strings, for which a TextDecoder call costs too much.
    let ascii = true;
    for (let i = start; i < end; i++) ascii &&= bytes[i] < 0x80;
    if (ascii) return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  }
  return escapedText(bytes.subarray(start, end));
}

const SHORT = 64;

export function escapedText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** What `escapedText` was given; of any other text, its UTF-8. */
export function bytesOfEscaped(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return new TextEncoder().encode(text);
  // With the u flag a surrogate of a pair is no match: only lone ones are.
  const parts = text.split(/([\udc80-\udcff])/u);
  const bytes = parts.map((part, i) =>
    i % 2 === 1 ? Uint8Array.of(part.charCodeAt(0) - ESCAPED) : new TextEncoder().encode(part),
  );
  const all = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of bytes) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Without exceptions: a hostile file may have millions of such bytes. */
function decodeEscaping(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    if (length === 0) units[count++] = ESCAPED + bytes[at++];
    else if (length < 4) units[count++] = codeAt(bytes, at, length);
    else {
      const code = codeAt(bytes, at, 4) - 0x10000;
      units[count++] = 0xd800 + (code >> 10);
      units[count++] = 0xdc00 + (code & 0x3ff);
    }
    at += length;
  }
  let text = '';
  for (let at = 0; at < count; at += 8192) {
    text += String.fromCharCode.apply(null, units.subarray(at, Math.min(at + 8192, count)) as unknown as number[]);
  }
  return text;
}

/** Bytes of the UTF-8 sequence that begins here; 0: none does (Unicode 16, table 3-7). */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1];
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  return length;
}

function codeAt(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at];
  let code = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}
