/**
 * Which characters are not seen, and what stands for them? Controls, separators and all that Unicode says a display may
 * leave out (Default_Ignorable_Code_Point): zero-width signs, direction marks, fillers, tags, variation selectors.
 */

/** Joiners and the selectors of emoji make one picture of several characters; they are told apart where they stand alone. */
const UNSEEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u;

/** `character`: one code point. Tabs and line breaks have signs of their own. */
export function isUnseen(character: string): boolean {
  return UNSEEN.test(character);
}

/** "\0", "\x1b" or "U+202E". */
export function nameOfUnseen(character: string): string {
  const code = character.codePointAt(0)!;
  if (code === 0) return '\\0';
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
