/** Tokens and the characters of the explained text that they stand for. */
import type { PanelToken } from '../protocol/explanation';

type Span = Pick<PanelToken, 'charStart' | 'charEnd'>;

/**
 * The token that the character belongs to; at the text's end the last one. Where several tokens share a character, the
 * last: only it has seen the whole character. Undefined for a text without tokens. `tokens` are in order of `charStart`.
 */
export function tokenAt(tokens: readonly Span[], char: number): number | undefined {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle].charStart <= char) low = middle + 1;
    else high = middle;
  }
  const token = low - 1;
  return token >= 0 && tokens[token].charEnd > tokens[token].charStart ? token : undefined;
}
