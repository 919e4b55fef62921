/** From token attention to attention between parts of a solution. */
import type { LoadedModel } from '../../engine/model/load';
import type { Trace } from '../../engine/trace/trace';
import { tileWeights } from '../../engine/trace/weights';

export interface SegmentAttention {
  segments: number;
  /** [layers · heads][steps][segments]: share of a step's attention, averaged over its tokens; each row adds up to 1. */
  shares: Float32Array;
}

/**
 * @param segmentOf [tokens]: the segment of each token of the trace
 * @param steps token ranges of the steps within the trace
 */
export async function segmentAttention(
  { kernel, config }: LoadedModel,
  trace: Trace,
  segmentOf: Int32Array,
  segments: number,
  steps: readonly { from: number; to: number }[],
  pause: () => Promise<void>,
): Promise<SegmentAttention> {
  const { layers, heads } = config;
  const shares = new Float32Array(layers * heads * steps.length * segments);
  for (let layer = 0; layer < layers; layer++) {
    for (let head = 0; head < heads; head++) {
      steps.forEach(({ from, to }, step) => {
        const queries = to - from;
        if (queries <= 0) return;
        const at = ((layer * heads + head) * steps.length + step) * segments;
        const range = { q0: from, q1: to, k0: 0, k1: to, rows: queries, cols: to };
        const weights = tileWeights(kernel, trace, { layer, head, ...range, pool: 'max' });
        for (let q = 0; q < queries; q++) {
          for (let key = 0; key <= from + q; key++) shares[at + segmentOf[key]] += weights[q * to + key];
        }
        for (let segment = 0; segment < segments; segment++) shares[at + segment] /= queries;
      });
      await pause();
    }
  }
  return { segments, shares };
}

/** Mean over all heads of all layers: [steps][segments]. */
export function meanOverHeads(attention: SegmentAttention, steps: number): Float32Array {
  const size = steps * attention.segments;
  const mean = new Float32Array(size);
  const heads = size === 0 ? 0 : attention.shares.length / size;
  for (let i = 0; i < attention.shares.length; i++) mean[i % size] += attention.shares[i] / heads;
  return mean;
}
