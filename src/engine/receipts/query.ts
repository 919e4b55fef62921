/** One query of a run, taken apart for cutting: where every head looked, what it wrote, what that is worth directly. */
import { sigmoid } from '../../shared/softmax';
import type { LoadedModel } from '../model/load';
import { kvHeadOf } from '../model/mixers/attentionParts';
import { meanRow } from '../model/takeDonors';
import { growthBehind, pullBack, updateFactors } from '../reading/direction';
import { lookAgain, type Written } from '../reading/why';
import type { Trace } from '../trace/trace';
import { weightReader } from '../trace/weights';
import { takeAim, type Aim } from './aim';

export interface QueryLayer {
  heads: number;
  headDim: number;
  /** First key that the query sees. */
  first: number;
  /** [heads][position + 1 − first] */
  weights: Float64Array[];
  /** [heads] What a sink beside the keys took; 0 where there is none. */
  sinks: number[];
  /** [heads][keys][headDim], what each head reads at the keys it sees; heads may share one. */
  values: Float32Array[];
  /** [heads][headDim], means over the text. */
  meanValues: Float32Array[];
  mixed: Float32Array; // [heads · headDim], the heads' outputs
  worth: Float32Array; // [heads · headDim], what an output is worth directly
}

export interface Query {
  aim: Aim;
  written: Written;
  layers: QueryLayer[];
}

/** Leases every layer twice. Throws Problem trace-gone, out-of-memory, internal where there is no such position or token. */
export async function takeQuery(
  model: LoadedModel,
  trace: Trace,
  position: number,
  wanted: { target?: number; foil?: number } = {},
): Promise<Query> {
  trace.checkToken(position);
  const written = await lookAgain(model, trace, position);
  const aim = await takeAim(model, trace, position, wanted, written.last);
  const layers: QueryLayer[] = [];
  for (let l = 0; l < model.config.layers; l++) {
    const lease = await model.weights.layer(l);
    try {
      const factors = updateFactors(model, lease.layer, written.mixed[l]);
      const growth = growthBehind(model, l);
      const worth = pullBack(
        model,
        lease.layer.mixer.wo,
        aim.direction.map((each, i) => each * factors[i] * growth),
      );
      layers.push({ ...readings(trace, l, position), mixed: written.mixed[l], worth });
    } finally {
      lease.release();
    }
  }
  return { aim, written, layers };
}

function readings(trace: Trace, layer: number, position: number): Omit<QueryLayer, 'mixed' | 'worth'> {
  const { mixer } = trace.config.shapes[layer];
  if (mixer.kind !== 'attention') {
    // No looks to cut.
    const none = <Part>(part: Part): Part[] => Array.from({ length: mixer.heads }, () => part);
    const empty = { weights: none(new Float64Array()), values: none(new Float32Array()) };
    const sizes = { heads: mixer.heads, headDim: mixer.headDim, first: position + 1 };
    return { ...sizes, ...empty, sinks: none(0), meanValues: none(new Float32Array(mixer.headDim)) };
  }
  const { shape, kept } = trace.attention(layer);
  const { heads, kvHeads, headDim, window = Infinity } = shape;
  const first = Math.max(0, position - window + 1);
  const [tokens, width] = [trace.ids.length, kvHeads * headDim];
  const all = kept.v.f32.subarray(0, tokens * width);
  const means = meanRow(all, tokens);
  const byKvHead = Array.from({ length: kvHeads }, (_, kv) => {
    const own = new Float32Array((position + 1 - first) * headDim);
    for (let key = first; key <= position; key++) {
      const from = key * width + kv * headDim;
      own.set(all.subarray(from, from + headDim), (key - first) * headDim);
    }
    return own;
  });
  const kvOf = (head: number): number => kvHeadOf(shape, head);
  const gates = kept.gate?.f32.slice(position * heads * headDim, (position + 1) * heads * headDim).map(sigmoid);
  /** What a gated head's output has of it. */
  const gated = (rows: Float32Array, head: number): Float32Array =>
    gates ? rows.map((value, i) => value * gates[head * headDim + (i % headDim)]) : rows;
  return {
    heads,
    headDim,
    first,
    weights: Array.from({ length: heads }, (_, head) => {
      const weight = weightReader(trace, layer, head);
      return Float64Array.from({ length: position + 1 - first }, (_, i) => weight(position, first + i));
    }),
    sinks: Array.from({ length: heads }, (_, head) => kept.sink?.f32[position * heads + head] ?? 0),
    values: Array.from({ length: heads }, (_, head) => gated(byKvHead[kvOf(head)], head)),
    meanValues: Array.from({ length: heads }, (_, head) =>
      gated(means.subarray(kvOf(head) * headDim, (kvOf(head) + 1) * headDim), head),
    ),
  };
}
