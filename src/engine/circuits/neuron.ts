/** One neuron of a run, and what the stream that its layer's networks read is worth to its gate and up. */
import { dot } from '../../shared/dot';
import type { Buf, Matrix } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import type { ExpertName } from '../../protocol/edit';
import { eachNetwork, networkOf, normOf } from './active';
import type { Frozen } from './frozen';
import { heldNorm, pullThrough, type Field } from './linear';

export interface Neuron {
  layer: number;
  position: number;
  /** Which of the experts that the token went through. */
  rank: number;
  expert: ExpertName | null;
  neuron: number;
  value: number;
}

/** direction · stream + bias, the norm held. */
export interface Reads {
  direction: Float64Array; // [embedding]
  bias: number;
}

/** What gate and up of one neuron read; without a gate up alone. Leases the layer once. */
export async function gateAndUp(
  { weights, kernel, config }: LoadedModel,
  frozen: Frozen,
  { layer, position, rank, neuron }: Pick<Neuron, 'layer' | 'position' | 'rank' | 'neuron'>,
): Promise<{ gate?: Reads; up: Reads }> {
  const lease = await weights.layer(layer);
  const d = config.embedding;
  const [out, ids] = [kernel.alloc(d), kernel.alloc(1)];
  try {
    const { active, readScale } = frozen.layers[layer];
    const { expert } = active[position][rank];
    const norm = heldNorm(config.norm, normOf(lease.layer, expert), readScale);
    ids.i32[0] = neuron;
    const reads = (matrix: Matrix, bias: Buf | undefined): Reads => {
      kernel.rows(out, matrix, ids, 1);
      const row: Field = [];
      row[position] = Float64Array.from(out.f32.subarray(0, d));
      const { before, constants } = pullThrough(norm, row);
      return { direction: before[position]!, bias: constants + (bias ? bias.f32[neuron] : 0) };
    };
    let found: Awaited<ReturnType<typeof gateAndUp>>;
    await eachNetwork(lease, [networkOf(expert)], ({ gate, gateBias, up, upBias }) => {
      found = { ...(gate && { gate: reads(gate, gateBias) }), up: reads(up, upBias) };
    });
    return found!;
  } finally {
    kernel.free(out);
    kernel.free(ids);
    lease.release();
  }
}

export const readOf = ({ direction, bias }: Reads, stream: ArrayLike<number>): number => dot(direction, stream) + bias;
