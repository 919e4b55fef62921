/** How a token's label is made readable: white space gets signs, as editors draw it, and what is not seen its number. */
import { isUnseen, nameOfUnseen } from './unseen';

const BYTES: Readonly<Record<string, string>> = { '<0x0A>': '⏎', '<0x0D>': '\\r', '<0x09>': '→', '<0x20>': '·' };

/** Labels that are readable already stay as they are. */
export function readableLabel(label: string): string {
  return withDots(
    label
      .replace(/<0x(?:0A|0D|09|20)>/g, (byte) => BYTES[byte])
      .replace(/\r\n|\n|\r/g, '⏎')
      .replace(/\t/g, '→'),
  ).replace(/./gsu, (character) => (isUnseen(character) ? nameOfUnseen(character) : character));
}

/** Spaces at the ends as dots. A pattern for those at the end would begin at each space of a file's hostile token. */
function withDots(label: string): string {
  let [start, end] = [0, label.length];
  while (label[start] === ' ') start++;
  while (end > start && label[end - 1] === ' ') end--;
  return '·'.repeat(start) + label.slice(start, end) + '·'.repeat(label.length - end);
}

interface Placed {
  label: string;
  start: number;
  end: number;
  charStart: number;
  charEnd: number;
}

/**
 * Labels for people: readable, and a token that is only some bytes of a character by that character and which of its
 * bytes it is: "😀[2/4]", "😀[3–4/4]".
 */
export function labelled<Token extends Placed>(tokens: readonly Token[], text: string): Token[] {
  let [charStart, byteStart] = [-1, 0]; // the character that the last token began, and the byte where it begins
  return tokens.map((token) => {
    if (token.charStart !== charStart || token.end === token.start)
      [charStart, byteStart] = [token.charStart, token.start];
    const character = text.slice(token.charStart, token.charEnd);
    const bytes = new TextEncoder().encode(character).length;
    const isPart = Array.from(character).length === 1 && token.end > token.start && token.end - token.start < bytes;
    if (!isPart) return { ...token, label: readableLabel(token.label) };
    const [first, last] = [token.start - byteStart + 1, token.end - byteStart];
    return { ...token, label: `${visible(character)}[${first === last ? first : `${first}–${last}`}/${bytes}]` };
  });
}

/** Whole characters that no token has alone. */
export function characterLabel(characters: string): string {
  return Array.from(characters).length === 1 ? visible(characters) : readableLabel(characters);
}

/** Signs that cannot be seen on their own (joiners, variation selectors, combining marks) by their number. */
function visible(character: string): string {
  if (!isUnseen(character) && !/^[\p{M}\p{C}\p{Z}]$/u.test(character)) return character;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** At most this many characters, the last of them an ellipsis where some are left out. */
export function shortened(label: string, length: number): string {
  const characters = Array.from(label);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : label;
}
