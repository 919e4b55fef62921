/** What is read: pieces of the workspace's files, or the stories of this history where there are too few. */
import type { Tokenizer } from '../../engine/tokenizer/tokenizer';
import type { WorkspaceText } from '../../protocol/milestones';
import { stories } from '../shared/historyTexts';

export interface Piece {
  name: string;
  /** BOS first where the model asks for it. */
  ids: number[];
  bytes: number;
}

/** Shorter ones say little. */
const LEAST_TOKENS = 24;
const LEAST_CHARACTERS = 200;
const LEAST_TEXTS = 4;

/** The first `tokens` tokens; null where there are too few. */
export function piece(tokenizer: Tokenizer, name: string, text: string, tokens: number): Piece | null {
  // A token is hardly ever longer than so many characters; the rest need not be encoded.
  const all = tokenizer.encode(text.slice(0, tokens * 16), { bos: tokenizer.addBos }).slice(0, tokens);
  return all.length < LEAST_TOKENS ? null : { name, ids: all.map(({ id }) => id), bytes: all.at(-1)!.end };
}

/** At most `count` pieces, from files spread evenly over the list. */
export function pieces(
  tokenizer: Tokenizer,
  workspace: readonly WorkspaceText[],
  count: number,
  tokens: number,
): { pieces: Piece[]; stories: boolean } {
  const cut = (texts: readonly WorkspaceText[]): Piece[] =>
    spread(
      texts.filter(({ text }) => text.length >= LEAST_CHARACTERS),
      count,
    ).flatMap(({ name, text }) => piece(tokenizer, name, text, tokens) ?? []);
  const own = cut(workspace);
  if (own.length >= LEAST_TEXTS) return { pieces: own, stories: false };
  return { pieces: cut(stories()), stories: true };
}

function spread<Item>(items: readonly Item[], count: number): Item[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, at) => items[Math.floor((at * items.length) / taken)]);
}
