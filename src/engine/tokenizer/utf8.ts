/** UTF-8 lengths of JavaScript strings, without making the bytes. */

/** Lone surrogates, which UTF-8 cannot hold, as U+FFFD (String.prototype.toWellFormed, which Node 18 lacks). */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** Bytes of a well-formed text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair has two units and four bytes, other units of U+0800 and more have three bytes each.
    if (unit >= 0x80) bytes += unit < 0x800 || isSurrogate(unit) ? 1 : 2;
  }
  return bytes;
}

/** offsets[i]: UTF-8 byte offset of UTF-16 unit i; one entry more than there are units. Within a pair: of the pair. */
export function utf8Offsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    offsets[i] = bytes;
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (!isSurrogate(unit)) bytes += 3;
    else {
      offsets[++i] = bytes;
      bytes += 4;
    }
  }
  offsets[text.length] = bytes;
  return offsets;
}

const isSurrogate = (unit: number): boolean => (unit & 0xf800) === 0xd800;
