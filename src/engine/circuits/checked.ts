/**
 * One edge of a circuit cut in three ways: as the graph predicts, in a pass forward with all else held, and in the model with
 * everything free. Shares account for a value; they do not say what a cut does, so that is computed from gate and up.
 */
import { dot } from '../../shared/dot';
import type { Edit } from '../../protocol/edit';
import type { CheckedEdge } from '../../protocol/circuits';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { columnsOf } from '../model/unpacked';
import type { Aim } from '../receipts/aim';
import { neuronEdit } from '../receipts/neurons';
import { eachNetwork, networkOf } from './active';
import { neuronEnd, predictionEnd, type End } from './ends';
import type { Frozen, Lent } from './frozen';
import { carryThrough, type Field } from './linear';
import { readOf, type Neuron } from './neuron';

export interface Edge {
  /** Or the embedding of a token. */
  from: Neuron | { position: number };
  /** Null: the prediction. */
  to: Neuron | null;
  names: { from: string; to: string };
}

const isNeuron = (from: Edge['from']): from is Neuron => 'neuron' in from;

/** The first layer that finds what the sender writes. */
const findsFirst = (from: Edge['from']): number => (isNeuron(from) ? from.layer + 1 : 0);

/**
 * [edges] Costs for each the layers between sender and receiver twice, where they are no longer unpacked, and a re-run; of a model
 * larger than memory these share its passes.
 */
export async function checkEdges(
  model: LoadedModel,
  frozen: Frozen,
  aim: Aim,
  edges: readonly Edge[],
  pause?: () => Promise<void> | void,
): Promise<CheckedEdge[]> {
  const check =
    ({ from, to, names }: Edge) =>
    async (own: LoadedModel) => {
      const end = to ? await neuronEnd(own, frozen, to) : await predictionEnd(own, frozen, aim);
      const write = await writeOf(own, frozen, from);
      const found: CheckedEdge = {
        ...names,
        predicted: await predicted(own, frozen, from, end, write),
        ...(await held(own, frozen, from, end, write)),
        free: await end.free(cutOf(from)),
      };
      await pause?.();
      return found;
    };
  return sideBySide(model, edges.map(check));
}

/** value − value without the sender's part of what is read, which the directions pulled back to the sender give. */
async function predicted(
  model: LoadedModel,
  frozen: Frozen,
  from: Edge['from'],
  end: End,
  write: Float64Array,
): Promise<number> {
  const clean = end.reads.map((reads) => readOf(reads, end.stream));
  const without: number[] = [];
  for (const [i, { direction }] of end.reads.entries()) {
    const lent: Lent = [];
    let worth: Field = [];
    worth[end.position] = direction;
    if (end.behindMixing) worth = (await frozen.pull(model, end.layer, worth, lent)).before;
    for (let l = end.layer - 1; l >= findsFirst(from); l--) {
      worth = (await frozen.pull(model, l, (await frozen.pullBehind(model, l, worth)).before, lent)).before;
    }
    const own = worth[from.position];
    without.push(clean[i] - (own ? dot(own, write) : 0));
  }
  return end.value(clean) - end.value(without);
}

/**
 * The write is carried forward and taken from the stream that the kernel then reads. Floor: how far its two values are from those
 * of full numbers, which is what rounding the stream to the kernel's inputs does.
 */
async function held(
  model: LoadedModel,
  frozen: Frozen,
  from: Edge['from'],
  end: End,
  write: Float64Array,
): Promise<Pick<CheckedEdge, 'frozen' | 'floor'>> {
  const lent: Lent = [];
  let change: Field = [];
  change[from.position] = write;
  for (let l = findsFirst(from); l < end.layer; l++)
    change = await frozen.carryBehind(model, l, await frozen.carry(model, l, change, lent));
  if (end.behindMixing) change = await frozen.carry(model, end.layer, change, lent);
  const there = change[end.position];
  const streams = [end.stream, end.stream.map((value, i) => value - (there ? there[i] : 0))];
  const exact = streams.map((stream) => end.value(end.reads.map((reads) => readOf(reads, stream))));
  const [clean, cut] = [await end.measured(streams[0]), await end.measured(streams[1])];
  return { frozen: clean - cut, floor: Math.abs(clean - exact[0]) + Math.abs(cut - exact[1]) };
}

/** The sender is 0 in the model itself. */
function cutOf(from: Edge['from']): Edit {
  const { position } = from;
  if (isNeuron(from)) return neuronEdit(from, position);
  return { site: 'resid_pre', layer: 0, pos: { from: position, to: position + 1 }, do: 'zero' };
}

/** What the sender adds to the stream, as the next layer finds it. [embedding] */
async function writeOf(model: LoadedModel, frozen: Frozen, from: Edge['from']): Promise<Float64Array> {
  if (!isNeuron(from)) return Float64Array.from(frozen.embedded(from.position));
  const { layer, position, rank, neuron, value } = from;
  const lease = await model.weights.layer(layer);
  try {
    const { expert } = frozen.layers[layer].active[position][rank];
    const written: Field = [];
    await eachNetwork(lease, [networkOf(expert)], ({ down }) => {
      const [column] = columnsOf(model.kernel, down, [neuron]);
      written[position] = Float64Array.from(column, (each) => each * value);
    });
    const added = carryThrough(frozen.behindNetwork(lease, layer, expert === 'shared'), written);
    return (await frozen.carryBehind(model, layer, added))[position]!;
  } finally {
    lease.release();
  }
}
