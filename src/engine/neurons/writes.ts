/** What would a neuron's write alone say, straight through the last norm? The logit lens of a row of the output matrix. */
import type { ExpertName } from '../../protocol/edit';
import type { WrittenToken } from '../../protocol/neuronCards';
import { eachNetwork, networkOf } from '../circuits/active';
import type { LoadedModel } from '../model/load';
import { outputLogits, topIds, uncapped } from '../model/logits';
import { columnsOf } from '../model/unpacked';
import { normalized } from '../reading/direction';

export interface Writer {
  layer: number;
  expert: ExpertName | null;
  neuron: number;
  /** What is written is the output row times this. */
  value: number;
}

export type Written = { up: WrittenToken[]; down: WrittenToken[] } | null;

/**
 * [writers] `deviation`: what the last norm divides by. Null where a norm stands behind the layer's feed-forward part: what
 * that makes of one neuron depends on all the others. Leases the layers that are meant.
 */
export async function writesOf(
  model: LoadedModel,
  writers: readonly Writer[],
  { deviation, top }: { deviation: number; top: number },
): Promise<Written[]> {
  const { config, weights } = model;
  if (config.bothWays) return writers.map(() => null); // nothing is predicted by it
  const rows: { at: number; row: Float32Array }[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const own = writers.flatMap((writer, at) => (writer.layer === layer ? [{ ...writer, at }] : []));
    if (own.length === 0) continue;
    const lease = await weights.layer(layer);
    try {
      if (lease.layer.feedForwardPostNorm) continue;
      const networks = [...new Set(own.map(({ expert }) => networkOf(expert)))];
      await eachNetwork(lease, networks, ({ down }, network) => {
        const here = own.filter(({ expert }) => networkOf(expert) === network);
        const columns = columnsOf(model.kernel, down, here.map(({ neuron }) => neuron)); // prettier-ignore
        for (const [i, { value, at }] of here.entries()) {
          const factor = (value * config.residualScale) / deviation;
          rows.push({ at, row: columns[i].map((each) => each * factor) });
        }
      });
    } finally {
      lease.release();
    }
  }
  const found: Written[] = writers.map(() => null);
  const read = await readOut(model, rows.map(({ row }) => row), top); // prettier-ignore
  rows.forEach(({ at }, i) => (found[at] = read[i]));
  return found;
}

/** [rows] The output matrix is read once for all. */
async function readOut(model: LoadedModel, rows: readonly Float32Array[], top: number): Promise<Written[]> {
  if (rows.length === 0) return [];
  const { kernel, weights, config, tokenizer } = model;
  const [d, { words }] = [config.embedding, weights.output];
  const { weight } = weights.outputNorm!;
  const [x, out] = [kernel.alloc(rows.length * d), kernel.alloc(rows.length * words)];
  try {
    rows.forEach((row, n) => x.f32.set(normalized(config, { weight }, row, 1), n * d));
    await outputLogits(model, out, x, rows.length);
    const bias = weights.outputBias?.f32;
    return rows.map((_, n) => {
      const logits = out.f32
        .slice(n * words, (n + 1) * words)
        .map((logit, id) => uncapped(logit, config) - (bias?.[id] ?? 0));
      const some = (of: Float32Array): WrittenToken[] =>
        topIds(of, top).map((id) => ({ id, text: tokenizer.labelOf(id), logits: logits[id] }));
      return { up: some(logits), down: some(logits.map((logit) => -logit)) };
    });
  } finally {
    kernel.free(x);
    kernel.free(out);
  }
}
