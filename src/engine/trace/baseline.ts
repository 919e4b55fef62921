/**
 * What would a head put on a role's keys if only their distance mattered? The same head's weight at the same distances at
 * other places of the text, where the role has no key; and, for brackets, its weight on the next outer opener. A band along
 * the diagonal or a head that looks at every opener has the role's score here, too.
 */
import { spread } from './spread';

/** A query with its keys. */
export interface Case {
  query: number;
  keys: readonly number[];
  /** What the role's keys could be taken for. */
  decoys?: readonly number[];
}

/** A weight that is read elsewhere, and its part in the mean over cases. */
export interface Control {
  query: number;
  key: number;
  share: number;
}

/** Fewest queries that a mean is worth naming for. */
export const MIN_QUERIES = 3;

/** Cases that are controlled, places that are tried for each, and weights that are read for all of them, at most. */
const [CASES, PLACES, WEIGHTS] = [64, 64, 1024];
const CONTROLS = 8;

/** Pairs at the same distances elsewhere; empty where the text has no such place. Work: CASES × PLACES × keys. */
export function distanceControls(tokens: number, cases: readonly Case[]): Control[] {
  const keysOf = new Map(cases.map(({ query, keys }) => [query, new Set(keys)]));
  const some = spread(cases, CASES);
  const keysInAll = some.reduce((sum, { keys }) => sum + keys.length, 0);
  const each = Math.max(1, Math.min(CONTROLS, Math.floor(WEIGHTS / Math.max(1, keysInAll))));
  const places = spread(
    Array.from({ length: Math.max(0, tokens - 1) }, (_, i) => i + 1),
    PLACES,
  );
  const found = some.flatMap(({ query, keys }) => {
    const farthest = query - keys.reduce((first, key) => Math.min(first, key), query);
    const fit = places.filter((place) => {
      const own = keysOf.get(place);
      // The first token is what heads rest on: its weight tells nothing of a distance.
      return place > farthest && !(own && keys.some((key) => own.has(place - query + key)));
    });
    return fit.length === 0 ? [] : [{ keys, query, places: spread(fit, each) }];
  });
  return found.flatMap(({ keys, query, places: own }) =>
    own.flatMap((place) =>
      keys.map((key) => ({ query: place, key: place - query + key, share: 1 / (own.length * found.length) })),
    ),
  );
}

/**
 * The cases that have decoys, and the weights on those: means over these cases alone, since the others have nothing to be
 * taken for. Both empty where they are too few.
 */
export function decoyControls(cases: readonly Case[]): { cases: readonly Case[]; controls: Control[] } {
  const own = cases.filter(({ decoys = [] }) => decoys.length > 0);
  if (own.length < MIN_QUERIES) return { cases: [], controls: [] };
  const share = 1 / own.length;
  return {
    cases: own,
    controls: own.flatMap(({ query, decoys = [] }) => decoys.map((key) => ({ query, key, share }))),
  };
}
