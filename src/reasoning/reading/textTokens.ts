/** Tokens of a text with their UTF-16 places. */
import { toPanelTokens } from '../../engine/tokenizer/panelTokens';
import type { Token, Tokenizer } from '../../engine/tokenizer/tokenizer';

export interface TextToken {
  id: number;
  start: number;
  end: number;
}

/**
 * With `ids`, the tokens that a model wrote, which may differ from what the tokenizer makes of the same text; they are
 * taken as far as the text goes, and only if they spell it.
 */
export function textTokens(tokenizer: Tokenizer, text: string, ids?: readonly number[]): TextToken[] {
  const tokens = (ids && spelled(tokenizer, text, ids)) ?? tokenizer.encode(text);
  return toPanelTokens(tokens, text, tokenizer).map(({ id, charStart, charEnd }) => ({
    id,
    start: charStart,
    end: charEnd,
  }));
}

function spelled(tokenizer: Tokenizer, text: string, ids: readonly number[]): Token[] | undefined {
  const bytes = new TextEncoder().encode(text);
  const tokens: Token[] = [];
  let at = 0;
  for (const id of ids) {
    const own = tokenizer.bytesOf(id);
    if (own.some((byte, i) => at + i < bytes.length && bytes[at + i] !== byte)) return undefined;
    tokens.push({ id, start: at, end: Math.min(bytes.length, at + own.length) });
    at += own.length;
    if (at >= bytes.length) break;
  }
  return at >= bytes.length ? tokens : undefined;
}
