/** What does each head do? Mean weights over held-out code and over random tokens given twice, and what its cut takes where it does that. */
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { probe } from '../../src/engine/reading/probe';
import { cutsOfHead, isNeeded } from '../../src/engine/receipts/roles';
import { toPanelTokens } from '../../src/engine/tokenizer/panelTokens';
import { roleCases, type TextRole } from '../../src/engine/trace/roleCases';
import { roleScores } from '../../src/engine/trace/roles';
import { Trace } from '../../src/engine/trace/trace';
import type { HeadRole, PanelToken } from '../../src/protocol/explanation';
import { bootstrapInterval, mean } from '../../src/shared/statistics';
import type { HeldOutFile } from './heldOut';

/** As long as what the model was first trained on; enough files for some hundred pairs of brackets. */
const TOKENS = 256;
const FILES = 24;
/** Of the honest set: packages of which, and of whose scope, no edition's text has anything. */
const SET = 'second';
/** Whose cuts are taken in code, of brackets both queries; induction's is taken on random tokens (induction.ts). */
const CONFIRMED = ['previous-token', 'bracket-ahead', 'bracket', 'same-token'] as const satisfies TextRole[];

export interface HeadRow {
  layer: number;
  head: number;
  strongest: HeadRole;
  /** Mean weight on what the role is about, less `baselines` where there are any. */
  scores: Partial<Record<HeadRole, number>>;
  /** The same head's weight at the same distances elsewhere, or what it puts on the next outer opener, where that is more. */
  baselines: Partial<Record<HeadRole, number>>;
}

/** Of the best head of a role, over all files: what is lost of what follows, in nats against the likeliest other, when it is cut. */
export interface HeadCut {
  role: HeadRole;
  layer: number;
  head: number;
  files: number;
  places: number;
  mean: number;
  /** 95 %, by drawing files. */
  interval: readonly [low: number, high: number];
  elsewhere: number;
  others: number;
  /** Share of the places at which the token that follows loses. */
  falls: number;
  needed: boolean;
}

async function tracesOf<Result>(
  model: LoadedModel,
  files: readonly HeldOutFile[],
  read: (trace: Trace, tokens: PanelToken[], text: string) => Promise<Result>,
): Promise<Result[]> {
  const code = files.filter(({ set, kind, text }) => set === SET && kind === 'code' && text.length > 4 * TOKENS);
  const results: Result[] = [];
  for (const { text } of code.slice(0, FILES)) {
    const tokens = model.tokenizer.encode(text, { bos: true }).slice(0, TOKENS);
    const trace = new Trace(model.config, model.kernel, tokens.length);
    await forward(
      model,
      trace,
      tokens.map(({ id }) => id),
    );
    results.push(await read(trace, toPanelTokens(tokens, text, model.tokenizer), text));
    trace.release();
  }
  return results;
}

/** Each role's mean over all its queries of all files; induction is the probe's, which no text can flatter. */
export async function headTable(model: LoadedModel, files: readonly HeldOutFile[]): Promise<HeadRow[]> {
  const { layers, heads } = model.config;
  const sums = new Map<HeadRole, { queries: number; scores: Float64Array; baselines: Float64Array | null }>();
  for (const found of await tracesOf(model, files, roleScores)) {
    for (const { role, queries, scores, baselines } of found) {
      const none = (): Float64Array => new Float64Array(layers * heads);
      const so = sums.get(role) ?? { queries: 0, scores: none(), baselines: baselines ? none() : null };
      so.queries += queries;
      scores.forEach((score, i) => (so.scores[i] += score * queries));
      baselines?.forEach((baseline, i) => (so.baselines![i] += baseline * queries));
      sums.set(role, so);
    }
  }
  const induction = (await probe(model)).find(({ role }) => role === 'induction')!;
  return Array.from({ length: layers * heads }, (_, i) => {
    const scores: HeadRow['scores'] = {};
    const baselines: HeadRow['baselines'] = {};
    for (const [role, so] of sums) {
      if (so.baselines) baselines[role] = so.baselines[i] / so.queries;
      scores[role] = so.scores[i] / so.queries - (baselines[role] ?? 0);
    }
    scores.induction = induction.scores[i] - (induction.baselines?.[i] ?? 0);
    // Evenness is on another scale than a share of the weight: a head is named after what it looks at.
    const named = (Object.entries(scores) as [HeadRole, number][]).filter(([role]) => role !== 'uniform');
    const [strongest] = named.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    return { layer: Math.floor(i / heads), head: i % heads, strongest, scores, baselines };
  });
}

/** The best head of a role. */
export function bestHead(rows: readonly HeadRow[], role: HeadRole): HeadRow {
  return rows.reduce((best, row) => ((row.scores[role] ?? 0) > (best.scores[role] ?? 0) ? row : best));
}

/** Of each role of CONFIRMED the best head, cut in the files that the scores are of. */
export async function headCuts(
  model: LoadedModel,
  files: readonly HeldOutFile[],
  rows: readonly HeadRow[],
): Promise<HeadCut[]> {
  const best = CONFIRMED.map((role) => ({ role, ...bestHead(rows, role) }));
  const found = await tracesOf(model, files, async (trace, tokens, text) => {
    const cases = roleCases(trace.ids, tokens, text);
    const cuts: Awaited<ReturnType<typeof cutsOfHead>>[] = [];
    for (const one of best) cuts.push(await cutsOfHead(model, trace, one, cases[one.role].queries));
    return cuts;
  });
  return best.map(({ role, layer, head }, i) => {
    const own = found.map((cuts) => cuts[i]).filter(({ here }) => here.length > 0);
    const effects = (of: typeof own): number[] => of.flatMap(({ here }) => here.map(({ effect }) => effect));
    const all = effects(own);
    const judged = {
      interval: bootstrapInterval(own, (drawn) => mean(effects([...drawn]))),
      elsewhere: mean(own.flatMap(({ elsewhere }) => elsewhere)),
    };
    const falls = all.filter((effect) => effect < 0).length / all.length;
    const others = mean(own.flatMap((file) => file.others));
    const where = { role, layer, head, files: own.length, places: all.length };
    return { ...where, mean: mean(all), ...judged, others, falls, needed: isNeeded(falls, judged) };
  });
}
