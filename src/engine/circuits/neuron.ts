/** One neuron of a run, and what the stream is worth to its gate and up. */
import type { Matrix } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import type { ExpertName } from '../../protocol/edit';
import { eachNetwork, networkOf } from './active';
import type { Frozen } from './frozen';

export interface Neuron {
  layer: number;
  position: number;
  /** Which of the experts that the token went through. */
  rank: number;
  expert: ExpertName | null;
  neuron: number;
  value: number;
}

/** What a stream behind the layer's attention adds to gate and up of one neuron: directions, norm held. [embedding] */
export async function gateAndUp(
  { weights, kernel, config }: LoadedModel,
  frozen: Frozen,
  { layer, position, rank, neuron }: Pick<Neuron, 'layer' | 'position' | 'rank' | 'neuron'>,
): Promise<{ gate: Float64Array; up: Float64Array }> {
  const lease = await weights.layer(layer);
  const d = config.embedding;
  const [out, ids] = [kernel.alloc(d), kernel.alloc(1)];
  try {
    const { expert } = frozen.layers[layer].active[position][rank];
    const gamma = lease.layer.feedForwardNorm!.weight.f32.slice();
    const scale = frozen.layers[layer].middleScale[position];
    ids.i32[0] = neuron;
    const row = (matrix: Matrix): Float64Array => {
      kernel.rows(out, matrix, ids, 1);
      return Float64Array.from(out.f32.subarray(0, d), (value, i) => value * gamma[i] * scale);
    };
    let found: Awaited<ReturnType<typeof gateAndUp>>;
    await eachNetwork(lease, [networkOf(expert)], ({ gate, up }) => void (found = { gate: row(gate!), up: row(up) }));
    return found!;
  } finally {
    kernel.free(out);
    kernel.free(ids);
    lease.release();
  }
}
