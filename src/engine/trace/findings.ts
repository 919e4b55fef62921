/**
 * What stands out: every head is scored for what it does on this text, and the strongest of each role is named.
 *
 * A role names, for each query that has one, the key or keys that it is about. A head's score is the mean, over those
 * queries, of the weight that it puts on them. The roles are those of the literature: previous-token and induction heads
 * (Elhage et al. 2021; Olsson et al. 2022), attention to the first token (Xiao et al. 2023, "attention sinks"), plus
 * bracket pairs, which code is full of.
 */
import type { Finding, HeadRole, PanelToken } from '../../protocol/explanation';
import { matchingBrackets } from './brackets';
import type { Trace } from './trace';
import { weightReader } from './weights';

/** Queries, and (query, key) pairs, that are scored per role, evenly spread; bounds the time on long texts. */
const MAX_QUERIES = 512;
const MAX_PAIRS = 65_536;

/** Fewest queries that a mean is worth naming for. */
const MIN_QUERIES = 3;

/** The least mean weight at which a head is said to do this. In the order in which they are told. */
const THRESHOLDS: readonly [HeadRole, number][] = [
  ['bracket', 0.3],
  ['induction', 0.3],
  ['same-token', 0.4],
  ['previous-token', 0.5],
  ['first-token', 0.6],
];

/** The queries that a role has on a text, rising, and for each the earlier tokens that it is about. */
export interface RoleCases {
  queries: number[];
  keysOf(query: number): number[];
}

/** A query with its keys. */
interface Case {
  query: number;
  keys: number[];
}

/** The strongest head of each role that passes its threshold, in the order above. */
export function findings(trace: Trace, tokens: readonly PanelToken[], text: string): Finding[] {
  const cases = roleCases(trace.ids, tokens, text);
  const found: Finding[] = [];
  for (const [role, threshold] of THRESHOLDS) {
    const sampled = sampleCases(cases[role]);
    if (sampled.length < MIN_QUERIES) continue;
    const best = strongestHead(trace, role, sampled);
    if (best.score >= threshold) found.push(best);
  }
  return found;
}

function sampleCases({ queries, keysOf }: RoleCases): Case[] {
  const some = spread(queries, MAX_QUERIES).map((query) => ({ query, keys: keysOf(query) }));
  const pairs = some.reduce((sum, { keys }) => sum + keys.length, 0);
  return pairs <= MAX_PAIRS ? some : spread(some, Math.max(MIN_QUERIES, Math.floor((some.length * MAX_PAIRS) / pairs)));
}

function strongestHead(trace: Trace, role: HeadRole, cases: readonly Case[]): Finding {
  let best: Finding | undefined;
  for (let layer = 0; layer < trace.config.layers; layer++) {
    for (let head = 0; head < trace.config.heads; head++) {
      const scored = score(trace, role, layer, head, cases);
      if (!best || scored.score > best.score) best = scored;
    }
  }
  return best!;
}

function score(trace: Trace, role: HeadRole, layer: number, head: number, cases: readonly Case[]): Finding {
  const weight = weightReader(trace, layer, head);
  let sum = 0;
  let example = { query: 0, key: 0, weight: -1 };
  for (const { query, keys } of cases) {
    for (const key of keys) {
      const w = weight(query, key);
      sum += w;
      if (w > example.weight) example = { query, key, weight: w };
    }
  }
  return { role, layer, head, score: sum / cases.length, queries: cases.length, example };
}

/** Which queries each role has on this text. Tokens that the model added (BOS) are no queries. */
export function roleCases(
  ids: readonly number[],
  tokens: readonly PanelToken[],
  text: string,
): Record<HeadRole, RoleCases> {
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
  const openOf = new Map(
    matchingBrackets(tokens, text)
      // A bracket right before its partner is also the previous token; such cases would tell nothing.
      .filter(({ open, close }) => close - open > 1)
      .map(({ open, close }) => [close, open]),
  );
  const repeated = own.filter((query) => ordinals.get(query)! > 0);
  return {
    bracket: { queries: [...openOf.keys()], keysOf: (query) => [openOf.get(query)!] },
    induction: {
      // With one earlier occurrence right before it, a token has no follower to look at.
      queries: repeated.filter((query) => positions.get(ids[query])![0] + 1 < query),
      keysOf: followers,
    },
    'same-token': { queries: repeated, keysOf: sameBefore },
    'previous-token': { queries: own.slice(1), keysOf: (query) => [query - 1] },
    'first-token': { queries: own.filter((query) => query > 1), keysOf: () => [0] },
  };
}

/** At most `count` of the items, evenly spread, in order. */
function spread<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}
