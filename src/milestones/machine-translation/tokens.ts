/** Text as the translator sees it: English in words, Chinese in characters, both in small letters. */

const LATIN = String.raw`\{\d\}|\p{Script=Latin}[\p{Script=Latin}\p{N}'’_.-]*[\p{Script=Latin}\p{N}]|\p{Script=Latin}|\p{N}+(?:[.,]\p{N}+)*`;
const PIECE = new RegExp(String.raw`${LATIN}|[^\s]`, 'gu');

/** Of either language: a Chinese character is a piece, an English word is one. */
export function tokens(text: string): string[] {
  return text.toLowerCase().match(PIECE) ?? [];
}

const NO_SPACE_BEFORE = /^[.,;:!?)\]%…”’。，；：！？）]$/u;
const NO_SPACE_AFTER = /^[([“‘#（]$/u;

/** English pieces as a person would set them. */
export function written(pieces: readonly string[]): string {
  let text = '';
  for (const [at, piece] of pieces.entries()) {
    const joins = at === 0 || NO_SPACE_BEFORE.test(piece) || NO_SPACE_AFTER.test(pieces[at - 1]);
    text += joins ? piece : ` ${piece}`;
  }
  return text;
}
