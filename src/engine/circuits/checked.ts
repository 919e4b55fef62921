/**
 * One edge of a circuit cut in three ways: as the graph predicts, in a pass forward with all else held, and in the model with
 * everything free. Shares account for a value; they do not say what a cut does, so that is computed from gate and up.
 */
import type { Edit } from '../../protocol/edit';
import type { CheckedEdge } from '../../protocol/circuits';
import { sigmoid } from '../../shared/softmax';
import type { LoadedModel } from '../model/load';
import { rerun } from '../model/rerun';
import type { Taps } from '../model/rows';
import { sideBySide } from '../model/sideBySide';
import { columnsOf } from '../model/unpacked';
import { eachNetwork, hidden, networkOf } from './active';
import { plus, type Field, type Frozen } from './frozen';
import { gateAndUp, type Neuron } from './neuron';

interface Edge {
  from: Neuron;
  to: Neuron;
  names: { from: string; to: string };
}

export async function checkEdges(
  model: LoadedModel,
  frozen: Frozen,
  edges: readonly Edge[],
  pause?: () => Promise<void> | void,
): Promise<CheckedEdge[]> {
  const check =
    ({ from, to, names }: Edge) =>
    async (own: LoadedModel) => {
      const write = await writeOf(own, frozen, from);
      const found: CheckedEdge = {
        ...names,
        predicted: await predicted(own, frozen, from, to, write),
        ...(await carried(own, frozen, from, to, write)),
        free: await free(own, frozen, from, to),
      };
      await pause?.();
      return found;
    };
  return sideBySide(model, edges.map(check));
}

const product = (gate: number, up: number): number => gate * sigmoid(gate) * up;

/** value − value without the sender's part of gate and up, which the two directions pulled back to it give. */
async function predicted(
  model: LoadedModel,
  frozen: Frozen,
  from: Neuron,
  to: Neuron,
  write: Float64Array,
): Promise<number> {
  const { weight, gate, up } = frozen.layers[to.layer].active[to.position][to.rank];
  const rows = await gateAndUp(model, frozen, to);
  const partOf = async (direction: Float64Array): Promise<number> => {
    let worth: Field = [];
    worth[to.position] = direction;
    for (let l = to.layer; l > from.layer; l--) worth = plus(worth, (await frozen.pull(model, l, worth)).before);
    return worth[from.position]?.reduce((sum, value, i) => sum + value * write[i], 0) ?? 0;
  };
  const [g, u] = [gate[to.neuron], up[to.neuron]];
  const [ofGate, ofUp] = [await partOf(rows.gate), await partOf(rows.up)];
  return weight * (product(g, u) - product(g - ofGate, u - ofUp));
}

/**
 * The write is carried forward and taken from the stream that the kernel then reads gate and up of. Floor: how far its two values
 * are from those of full numbers, which is what rounding the stream to the kernel's inputs does.
 */
async function carried(
  model: LoadedModel,
  frozen: Frozen,
  from: Neuron,
  to: Neuron,
  write: Float64Array,
): Promise<Pick<CheckedEdge, 'frozen' | 'floor'>> {
  let change: Field = [];
  change[from.position] = write;
  for (let l = from.layer + 1; l <= to.layer; l++) change = plus(change, await frozen.carry(model, l, change));
  const there = change[to.position];
  if (!there) return { frozen: 0, floor: 0 };
  const rows = await gateAndUp(model, frozen, to);
  const { middle, middleScale, active } = frozen.layers[to.layer];
  const { weight, expert } = active[to.position][to.rank];
  const lease = await model.weights.layer(to.layer);
  try {
    const gamma = lease.layer.feedForwardNorm!.weight.f32;
    const normed = (without: boolean): Float32Array =>
      middle[to.position].map((value, i) => (value - (without ? there[i] : 0)) * gamma[i] * middleScale[to.position]);
    const exact = (without: boolean): number => {
      const [gate, up] = [rows.gate, rows.up].map((row) =>
        row.reduce((sum, each, i) => sum + each * (middle[to.position][i] - (without ? there[i] : 0)), 0),
      );
      return product(gate, up);
    };
    let [lost, rounded] = [0, 0];
    await eachNetwork(lease, [networkOf(expert)], (own) => {
      const [clean, cut] = [false, true].map((without) => {
        const { gate, up } = hidden(model, own, normed(without));
        const value = product(gate[to.neuron], up[to.neuron]);
        rounded += Math.abs(value - exact(without));
        return value;
      });
      lost = clean - cut;
    });
    return { frozen: weight * lost, floor: weight * rounded };
  } finally {
    lease.release();
  }
}

/** The sender is 0 in the model itself; a receiver whose expert is no longer chosen is 0. */
async function free(model: LoadedModel, { trace }: Frozen, from: Neuron, to: Neuron): Promise<number> {
  const edit: Edit = {
    site: 'neuron',
    layer: from.layer,
    ...(from.expert !== null && { expert: from.expert }),
    neuron: from.neuron,
    pos: { from: from.position, to: from.position + 1 },
    do: 'zero',
  };
  const used = model.config.shapes[to.layer].feedForward.expertsUsed;
  let value = 0;
  let weights = new Map<number, number>();
  const taps: Taps = {
    routed: (l, { ids, weights: scale }, { n, start }) => {
      const row = to.position - start;
      if (l !== to.layer || row < 0 || row >= n) return;
      const chosen = ids.i32.subarray(row * used, (row + 1) * used);
      weights = new Map(Array.from(chosen, (id, rank): [number, number] => [id, scale.f32[row * used + rank]]));
    },
    hidden: (l, { of, units, width, count, rowIds, scales }, { start }) => {
      if (l !== to.layer || of !== (to.expert ?? 'dense')) return;
      for (let i = 0; i < count; i++) {
        if ((rowIds ? rowIds.i32[i] : i) + start !== to.position) continue;
        const weight = typeof to.expert === 'number' ? (weights.get(to.expert) ?? 0) : (scales?.f32[i] ?? 1);
        value = units.f32[i * width + to.neuron] * weight;
      }
    },
  };
  (await rerun(model, trace, { edits: [edit], taps })).release();
  return to.value - value;
}

/** What the sender adds to the stream. [embedding] */
async function writeOf(
  model: LoadedModel,
  frozen: Frozen,
  { layer, position, rank, neuron, value }: Neuron,
): Promise<Float64Array> {
  const lease = await model.weights.layer(layer);
  try {
    const { expert } = frozen.layers[layer].active[position][rank];
    const { residualScale } = model.config;
    let written = new Float64Array();
    await eachNetwork(lease, [networkOf(expert)], ({ down }) => {
      const [column] = columnsOf(model.kernel, down, [neuron]);
      written = Float64Array.from(column, (each) => each * value * residualScale);
    });
    return written;
  } finally {
    lease.release();
  }
}
