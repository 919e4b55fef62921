/** From token attention to attention between parts of a solution. */
import type { ModelConfig } from '../../engine/model/config';
import type { LoadedModel } from '../../engine/model/load';
import type { Trace } from '../../engine/trace/trace';
import { tileWeights } from '../../engine/trace/weights';

export interface SegmentAttention {
  segments: number;
  /**
   * [layers · heads][steps][segments]: share of a step's attention, averaged over its tokens; each row adds up to 1. All 0 where
   * a layer has no attention, or fewer heads than others.
   */
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
  for (const [layer, attending] of attendingHeads(config).entries()) {
    for (let head = 0; head < attending; head++) {
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

/** [layers]: heads that attend; 0 in layers that mix in another way. */
export const attendingHeads = ({ shapes }: ModelConfig): number[] =>
  shapes.map(({ mixer }) => (mixer.kind === 'attention' ? mixer.heads : 0));

/** Mean over all heads that attend, of all layers: [steps][segments]; 0 where none does. */
export function meanOverHeads(attention: SegmentAttention, steps: number, config: ModelConfig): Float32Array {
  const size = steps * attention.segments;
  const mean = new Float32Array(size);
  const heads = attendingHeads(config).reduce((sum, attending) => sum + attending, 0) || 1;
  for (let i = 0; i < attention.shares.length; i++) mean[i % size] += attention.shares[i] / heads;
  return mean;
}
