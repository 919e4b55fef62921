/** The neurons that a token went through in a layer, before their product: gate and up of each expert that was chosen. */
import { deviationOf } from '../reading/direction';
import type { LoadedModel } from '../model/load';
import type { FeedForward, Layer } from '../model/layerWeights';
import type { Trace } from '../trace/trace';

/** An expert that a token went through, or the only network of a dense layer. */
export interface ActiveExpert {
  /** Null in dense layers. */
  expert: number | null;
  /** As the router used it; 1 in dense layers. */
  weight: number;
  gate: Float32Array; // [hidden], before its activation
  up: Float32Array; // [hidden]
}

/** `middle`: the stream between attention and the feed-forward part. [embedding] */
export function activeAt(
  model: LoadedModel,
  trace: Trace,
  l: number,
  position: number,
  middle: Float32Array,
  layer: Layer,
): ActiveExpert[] {
  const gamma = layer.feedForwardNorm!.weight.f32;
  const scale = 1 / deviationOf(model.config, middle);
  const normed = middle.map((value, i) => value * gamma[i] * scale);
  const { router } = trace.layer(l);
  if (!router) return [{ expert: null, weight: 1, ...hidden(model, layer.dense!, normed) }];
  const used = model.config.shapes[l].feedForward.expertsUsed;
  const ids = [...router.ids.i32.subarray(position * used, (position + 1) * used)];
  const weights = router.weights.f32.slice(position * used, (position + 1) * used);
  return ids.map((expert, rank) => ({
    expert,
    weight: weights[rank],
    ...hidden(model, layer.moe!.experts[expert], normed),
  }));
}

/** Gate and up of a normalised stream, by the kernel. */
export function hidden(
  { kernel }: LoadedModel,
  { gate, up }: FeedForward,
  normed: Float32Array,
): { gate: Float32Array; up: Float32Array } {
  const [input, out] = [kernel.alloc(normed.length), kernel.alloc(up.rows)];
  try {
    input.f32.set(normed);
    kernel.matmul(out, input, gate!, 1);
    const gates = out.f32.slice(0, up.rows);
    kernel.matmul(out, input, up, 1);
    return { gate: gates, up: out.f32.slice(0, up.rows) };
  } finally {
    kernel.free(input);
    kernel.free(out);
  }
}
