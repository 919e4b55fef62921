/** What does each head do? Mean weights over held-out code, and over random tokens given twice. */
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { probe } from '../../src/engine/reading/probe';
import { toPanelTokens } from '../../src/engine/tokenizer/panelTokens';
import { roleScores } from '../../src/engine/trace/roles';
import { Trace } from '../../src/engine/trace/trace';
import type { HeadRole } from '../../src/protocol/explanation';
import type { HeldOutFile } from './heldOut';

/** As long as what the model was first trained on; enough files for some hundred pairs of brackets. */
const TOKENS = 256;
const FILES = 24;

export interface HeadRow {
  layer: number;
  head: number;
  strongest: HeadRole;
  scores: Partial<Record<HeadRole, number>>;
}

/** Each role's mean over all its queries of all files; induction is the probe's, which no text can flatter. */
export async function headTable(model: LoadedModel, files: readonly HeldOutFile[]): Promise<HeadRow[]> {
  const { layers, heads } = model.config;
  const sums = new Map<HeadRole, { queries: number; sums: Float64Array }>();
  const code = files.filter(({ kind, text }) => kind === 'code' && text.length > 4 * TOKENS).slice(0, FILES);
  for (const { text } of code) {
    const tokens = model.tokenizer.encode(text, { bos: true }).slice(0, TOKENS);
    const trace = new Trace(model.config, model.kernel, tokens.length);
    await forward(
      model,
      trace,
      tokens.map(({ id }) => id),
    );
    for (const { role, queries, scores } of await roleScores(
      trace,
      toPanelTokens(tokens, text, model.tokenizer),
      text,
    )) {
      const so = sums.get(role) ?? { queries: 0, sums: new Float64Array(layers * heads) };
      so.queries += queries;
      scores.forEach((score, i) => (so.sums[i] += score * queries));
      sums.set(role, so);
    }
    trace.release();
  }
  const induction = (await probe(model)).find(({ role }) => role === 'induction')!;
  return Array.from({ length: layers * heads }, (_, i) => {
    const scores: Partial<Record<HeadRole, number>> = {};
    for (const [role, so] of sums) scores[role] = so.sums[i] / so.queries;
    scores.induction = induction.scores[i];
    // Evenness is on another scale than a share of the weight: a head is named after what it looks at.
    const named = (Object.entries(scores) as [HeadRole, number][]).filter(([role]) => role !== 'uniform');
    const [strongest] = named.reduce((best, entry) => (entry[1] > best[1] ? entry : best));
    return { layer: Math.floor(i / heads), head: i % heads, strongest, scores };
  });
}

/** The best head of a role. */
export function bestHead(rows: readonly HeadRow[], role: HeadRole): HeadRow {
  return rows.reduce((best, row) => ((row.scores[role] ?? 0) > (best.scores[role] ?? 0) ? row : best));
}
