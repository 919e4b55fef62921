/**
 * Which queries each role has on a text, and which earlier tokens each of them is about. A head's score for a role is
 * the weight it puts on those keys. The roles are those of the literature (previous-token and induction heads: Elhage et
 * al. 2021, Olsson et al. 2022; the first token as a sink: Xiao et al. 2023), plus what code is full of.
 */
import type { HeadRole, PanelToken } from '../../protocol/explanation';
import { enclosing, matchingBrackets } from './brackets';
import { openerOf } from './quotes';

/** Roles that are about certain keys; `uniform` is about none, the last two come from the editor's language support. */
export type TextRole = Exclude<HeadRole, 'uniform' | 'definition' | 'symbol'>;

/** The queries that a role has on a text, rising, and for each the earlier tokens that it is about. */
export interface RoleCases {
  queries: number[];
  keysOf(query: number): number[];
  /** What those could be taken for: a head that looks at all of their kind is none of the role's. */
  decoysOf?(query: number): number[];
}

/** Which queries each role has on this text. Tokens that the model added (BOS) are no queries. */
export function roleCases(
  ids: readonly number[],
  tokens: readonly PanelToken[],
  text: string,
): Record<TextRole, RoleCases> {
  const first = tokens.findIndex((token) => token.end > token.start);
  const own = first < 0 ? [] : ids.map((_, token) => token).slice(first);
  const positions = new Map<number, number[]>();
  const ordinals = new Map<number, number>(); // token → how many of its kind came before
  for (const token of own) {
    const same = positions.get(ids[token]) ?? [];
    ordinals.set(token, same.length);
    same.push(token);
    positions.set(ids[token], same);
  }
  const sameBefore = (query: number): number[] => positions.get(ids[query])!.slice(0, ordinals.get(query));
  // What followed this token before; the token itself is no such key.
  const followers = (query: number): number[] => sameBefore(query).flatMap((key) => (key + 1 < query ? [key + 1] : []));
  const pairs = matchingBrackets(tokens, text);
  const outer = enclosing(pairs);
  /** Of the queries so many tokens before each closing bracket. */
  const brackets = (before: number): RoleCases => {
    // A bracket right before the query is also the previous token; such cases would tell nothing.
    const own = pairs.filter(({ open, close }) => close - before - open > 1);
    const pairOf = new Map(own.map((pair) => [pair.close - before, pair]));
    return {
      queries: [...pairOf.keys()],
      keysOf: (query) => [pairOf.get(query)!.open],
      decoysOf: (query) => {
        const around = outer.get(pairOf.get(query)!);
        return around && around.open !== pairOf.get(query)!.open ? [around.open] : [];
      },
    };
  };
  const quoteOf = openerOf(tokens, text);
  const lineStartOf = lineStarts(tokens, text);
  const repeated = own.filter((query) => ordinals.get(query)! > 0);
  return {
    bracket: brackets(0),
    'bracket-ahead': brackets(1),
    induction: {
      // With one earlier occurrence right before it, a token has no follower to look at.
      queries: repeated.filter((query) => positions.get(ids[query])![0] + 1 < query),
      keysOf: followers,
    },
    quote: { queries: own.filter((query) => quoteOf.has(query)), keysOf: (query) => [quoteOf.get(query)!] },
    'line-start': {
      queries: own.filter((query) => lineStartOf.has(query)),
      keysOf: (query) => range(...lineStartOf.get(query)!),
    },
    'same-token': { queries: repeated, keysOf: sameBefore },
    'previous-token': { queries: own.slice(1), keysOf: (query) => [query - 1] },
    'first-token': { queries: own.filter((query) => query > 1), keysOf: () => [0] },
  };
}

/**
 * For each token behind the beginning of its line: the tokens of that beginning, half-open, which are the line break
 * before it and its indentation up to the first token that shows something. Lines without indentation or a break before
 * them have no beginning of their own. The token right behind it is left out: for it, this is the previous token.
 */
export function lineStarts(tokens: readonly PanelToken[], text: string): Map<number, [number, number]> {
  const starts = new Map<number, [number, number]>();
  let beginning: [number, number] | null = null;
  let open = false; // still within the white space of the beginning
  tokens.forEach(({ charStart, charEnd }, token) => {
    if (charEnd <= charStart) return;
    const piece = text.slice(charStart, charEnd);
    const shows = piece.trim() !== '';
    const lineBreak = Math.max(piece.lastIndexOf('\n'), piece.lastIndexOf('\r'));
    if (lineBreak >= 0) {
      // Empty lines belong to one beginning; a token such as "{⏎" ends a line and begins the next.
      beginning = beginning && open && !shows ? [beginning[0], token + 1] : [token, token + 1];
      open = piece.slice(lineBreak).trim() === '';
    } else if (open && beginning && !shows) {
      beginning = [beginning[0], token + 1];
    } else {
      open = false;
      if (beginning && beginning[1] < token) starts.set(token, beginning);
    }
  });
  return starts;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
