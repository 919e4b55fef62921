/**
 * What every head does on this text: its score for each role. A head's score is the mean, over the queries that the role
 * has, of the weight that it puts on the keys that the role is about. `uniform` is the mean of each row's entropy over
 * the largest it could have, ln(number of keys): 1 for a head that looks everywhere alike.
 */
import type { HeadRole, PanelToken, RoleScores } from '../../protocol/explanation';
import { decoyControls, distanceControls, MIN_QUERIES, type Case, type Control } from './baseline';
import { roleCases, type RoleCases } from './roleCases';
import { spread } from './spread';
import type { Trace } from './trace';
import { headsWithWeights, weightReader, weightReaders } from './weights';

/** Queries, and (query, key) pairs, that are scored per role, evenly spread; bounds the time on long texts. */
const MAX_QUERIES = 512;
const MAX_PAIRS = 65_536;

/** The least score above its baseline at which a head is said to do this. */
export const THRESHOLDS: readonly [HeadRole, number][] = [
  ['bracket-ahead', 0.3],
  ['bracket', 0.3],
  ['definition', 0.3],
  ['induction', 0.3],
  ['symbol', 0.3],
  ['quote', 0.4],
  ['line-start', 0.4],
  ['same-token', 0.4],
  ['previous-token', 0.5],
  ['first-token', 0.6],
  ['uniform', 0.9],
];

/** Roles about one distance or place: there is no other place at the same distance to compare with. */
const ALONE: readonly HeadRole[] = ['previous-token', 'first-token', 'uniform'];

/**
 * Every role that has at least MIN_QUERIES queries on this text, in the order of THRESHOLDS.
 * `pause` is awaited between roles and may throw to stop.
 */
export async function roleScores(
  trace: Trace,
  tokens: readonly PanelToken[],
  text: string,
  pause: () => Promise<void> | void = () => {},
): Promise<RoleScores[]> {
  const cases: Partial<Record<HeadRole, RoleCases>> = roleCases(trace.ids, tokens, text);
  const tables: RoleScores[] = [];
  const readers = weightReaders(trace);
  for (const [role] of THRESHOLDS) {
    const own = cases[role];
    if (role === 'uniform') tables.push(...uniformScores(trace, readers));
    else if (own) tables.push(...sampled(scoresOf(trace, role, sampleCases(own), readers), own.queries.length));
    await pause();
  }
  return tables;
}

const sampled = (tables: RoleScores[], all: number): RoleScores[] =>
  tables.map((one) => (one.queries < all ? { ...one, of: all } : one));

/** One role's scores over these cases; nothing where there are too few of them. */
export function scoresOf(trace: Trace, role: HeadRole, cases: readonly Case[], readers = weightReader): RoleScores[] {
  if (cases.length < MIN_QUERIES) return [];
  const chance = cases.reduce((sum, { query, keys }) => sum + keys.length / (query + 1), 0) / cases.length;
  const scores = table(trace, role, cases.length, chance, (layer, head) =>
    meanWeight(readers(trace, layer, head), cases),
  );
  if (ALONE.includes(role)) return [scores];
  const [elsewhere, decoys] = [distanceControls(trace.ids.length, cases), decoyControls(cases)];
  const baselines = perHead(trace, (layer, head) => sumOf(elsewhere, readers(trace, layer, head)));
  if (decoys.cases.length === 0) return elsewhere.length === 0 ? [scores] : [{ ...scores, baselines }];
  const outer = perHead(trace, (layer, head) => {
    const weight = readers(trace, layer, head);
    const i = layer * trace.config.heads + head;
    const lead = meanWeight(weight, decoys.cases) - sumOf(decoys.controls, weight);
    const behind = scores.scores[i] - lead;
    if (elsewhere.length > 0 && behind <= baselines[i]) return 0;
    baselines[i] = behind;
    return 1;
  });
  return [{ ...scores, baselines, outer: Uint8Array.from(outer) }];
}

function sumOf(controls: readonly Control[], weight: (query: number, key: number) => number): number {
  let sum = 0;
  for (const { query, key, share } of controls) sum += share * weight(query, key);
  return sum;
}

/** Mean over the cases of the weight on all keys of a case. */
function meanWeight(weight: ReturnType<typeof weightReader>, cases: readonly Case[]): number {
  let sum = 0;
  for (const { query, keys } of cases) for (const key of keys) sum += weight(query, key);
  return sum / cases.length;
}

/** A row of fewer keys says little about evenness. */
const FEWEST_KEYS = 8;

function uniformScores(trace: Trace, readers: typeof weightReader): RoleScores[] {
  const queries = uniformQueries(trace.ids.length);
  if (queries.length < MIN_QUERIES) return [];
  const scores = table(trace, 'uniform', queries.length, 1, (layer, head) => {
    const weight = readers(trace, layer, head);
    return queries.reduce((sum, query) => sum + evenness(weight, query), 0) / queries.length;
  });
  return sampled([scores], trace.ids.length - FEWEST_KEYS + 1);
}

export function uniformQueries(tokens: number): readonly number[] {
  const all = Array.from({ length: Math.max(0, tokens - FEWEST_KEYS + 1) }, (_, i) => i + FEWEST_KEYS - 1);
  return spread(all, Math.max(MIN_QUERIES, Math.min(32, Math.floor(MAX_PAIRS / Math.max(1, tokens)))));
}

/** Entropy of a row over ln(keys): 1 is even. */
export function evenness(weight: (query: number, key: number) => number, query: number): number {
  let entropy = 0;
  for (let key = 0; key <= query; key++) {
    const w = weight(query, key);
    if (w > 0) entropy -= w * Math.log(w);
  }
  return entropy / Math.log(query + 1);
}

function table(
  trace: Trace,
  role: HeadRole,
  queries: number,
  chance: number,
  score: (layer: number, head: number) => number,
): RoleScores {
  const scores = perHead(trace, score);
  return { role, threshold: THRESHOLDS.find(([name]) => name === role)![1], queries, chance, scores };
}

/** [layers][heads]; a head that the layer does not have does nothing. */
function perHead(trace: Trace, figure: (layer: number, head: number) => number): Float32Array {
  const { layers, heads } = trace.config;
  return Float32Array.from({ length: layers * heads }, (_, i) => {
    const [layer, head] = [Math.floor(i / heads), i % heads];
    return head < headsWithWeights(trace, layer) ? figure(layer, head) : 0;
  });
}

/** No more than are worth the time, evenly spread. */
export function sampleCases({ queries, keysOf, decoysOf }: RoleCases): readonly Case[] {
  const some = spread(queries, MAX_QUERIES).map((query) => ({
    query,
    keys: keysOf(query),
    ...(decoysOf && { decoys: decoysOf(query) }),
  }));
  const pairs = some.reduce((sum, { keys }) => sum + keys.length, 0);
  return pairs <= MAX_PAIRS ? some : spread(some, Math.max(MIN_QUERIES, Math.floor((some.length * MAX_PAIRS) / pairs)));
}
