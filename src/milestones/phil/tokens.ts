/** Text as words, numbers, runs of blanks and single signs: put together again, the pieces are the text. */

const PIECE = /[\p{L}_$][\p{L}\p{N}_$]*|\p{N}+|\n[ \t]*|[ \t]+|[^]/gu;
const WORD = /^[\p{L}_$][\p{L}\p{N}_$]+$/u;

export function pieces(text: string): string[] {
  return text.match(PIECE) ?? [];
}

/** An identifier or a word, of two letters or more. */
export function isWord(piece: string): boolean {
  return WORD.test(piece);
}

export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
