/** What an edge of a circuit goes into, a neuron or the prediction: what it reads of the stream, and what it makes of that. */
import type { Edit } from '../../protocol/edit';
import type { LoadedModel } from '../model/load';
import { rerun } from '../model/rerun';
import { scaleOf, type Taps } from '../model/rows';
import { biasPart, deviationOf, normalized } from '../reading/direction';
import type { Aim } from '../receipts/aim';
import { halvesOf } from './activation';
import { eachNetwork, hidden, networkOf, normOf } from './active';
import type { Frozen } from './frozen';
import { gateAndUp, type Neuron, type Reads } from './neuron';

export interface End {
  position: number;
  /** It reads what this layer finds, or, `behindMixing`, that with what the layer's mixing adds. */
  layer: number;
  behindMixing: boolean;
  stream: Float64Array; // [embedding], as it was
  /** What is read, the norm held, … */
  reads: Reads[];
  /** … and what is made of these numbers. */
  value(read: readonly number[]): number;
  /** The same of a stream by the model's own products. */
  measured(stream: Float64Array): Promise<number>;
  /** How much an edit takes from it in the model, everything free. */
  free(edit: Edit): Promise<number>;
}

/** Leases the neuron's layer, once more for each stream that is `measured`; `free` costs a re-run. */
export async function neuronEnd(model: LoadedModel, frozen: Frozen, to: Neuron): Promise<End> {
  const { config } = model;
  const { layer, position } = to;
  const { gate, up } = await gateAndUp(model, frozen, to);
  const { active, read, readScale } = frozen.layers[layer];
  const { weight, expert } = active[position][to.rank];
  const valueOf = (ofGate: number | undefined, ofUp: number): number =>
    weight * halvesOf(config.activation, ofGate, ofUp).value;
  return {
    position,
    layer,
    behindMixing: !config.parallelResidual,
    stream: Float64Array.from(read[position]),
    reads: gate ? [gate, up] : [up],
    value: (numbers) => (gate ? valueOf(numbers[0], numbers[1]) : valueOf(undefined, numbers[0])),
    async measured(stream) {
      const lease = await model.weights.layer(layer);
      try {
        const normed = normalized(config, normOf(lease.layer, expert), stream, readScale[position]);
        let value = 0;
        await eachNetwork(lease, [networkOf(expert)], (network) => {
          const units = hidden(model, network, normed);
          value = valueOf(units.gate?.[to.neuron], units.up[to.neuron]);
        });
        return value;
      } finally {
        lease.release();
      }
    },
    free: async (edit) => to.value - (await valueUnder(model, frozen, to, edit)),
  };
}

/** A receiver whose expert is no longer chosen is 0. */
async function valueUnder(model: LoadedModel, { trace }: Frozen, to: Neuron, edit: Edit): Promise<number> {
  let value = 0;
  const taps: Taps = {
    hidden: (l, { of, units, width, count, rowIds, scales }, { start }) => {
      if (l !== to.layer || of !== (to.expert ?? 'dense')) return;
      for (let i = 0; i < count; i++) {
        if ((rowIds ? rowIds.i32[i] : i) + start !== to.position) continue;
        value = units.f32[i * width + to.neuron] * scaleOf({ scales }, i);
      }
    },
  };
  (await rerun(model, trace, { edits: [edit], taps })).release();
  return value;
}

/** Reads a few words of the output matrix, again for each stream that is `measured`; `free` costs a re-run. */
export async function predictionEnd(model: LoadedModel, frozen: Frozen, aim: Aim): Promise<End> {
  const { config } = model;
  const { position, target, foil } = aim;
  const stream = Float64Array.from(frozen.last[position]);
  const scale = 1 / deviationOf(config, frozen.last[position]);
  const bias = await biasPart(model, target, foil);
  return {
    position,
    layer: config.layers,
    behindMixing: false,
    stream,
    reads: [{ direction: Float64Array.from(aim.direction), bias }],
    value: ([difference]) => difference,
    measured: (own) => aim.uncapped(own, scale),
    async free(edit) {
      let last = stream;
      const taps: Taps = {
        last: (x, { n, start }) => {
          const [row, d] = [position - start, config.embedding];
          if (row >= 0 && row < n) last = Float64Array.from(x.f32.subarray(row * d, (row + 1) * d));
        },
      };
      (await rerun(model, frozen.trace, { edits: [edit], taps })).release();
      return (await aim.uncapped(stream)) - (await aim.uncapped(last));
    },
  };
}
