/** How does one layer's attention make values of the stream, and what do they write? Unpacked; and products with such matrices. */
import type { LoadedModel } from '../model/load';
import type { AttentionWeights, Layer } from '../model/layerWeights';
import { unpacked } from '../model/unpacked';
import { deviationOf } from '../reading/direction';
import type { Trace } from '../trace/trace';

/** How values are made of the stream, and what they write. */
export interface Projections {
  gamma: Float32Array; // [embedding], of the norm before attention
  /** Where they are made of a latent: it is normalised, too. */
  latent?: { down: Float32Array; gamma: Float32Array; scale: number[] }; // [latent][embedding], [latent], [tokens]
  wv: Float32Array; // [kvHeads · headDim][embedding], or [latent]
  bv?: Float32Array; // [kvHeads · headDim]
  wo: Float32Array; // [embedding][heads · headDim]
  bo?: Float32Array; // [embedding]
}

/** The stream that layer `l` found at a token. [embedding] */
export function foundBy(trace: Trace, l: number, at: number): Float32Array {
  const { embedding: d } = trace.config;
  return trace.layer(l).residual!.f32.subarray(at * d, (at + 1) * d);
}

/** `scale`: of the norm before attention, [tokens]. */
export function projectionsOf(
  model: LoadedModel,
  layer: Layer,
  trace: Trace,
  l: number,
  scale: readonly number[],
): Projections {
  const { kernel } = model;
  const { wv, bv, wo, bo, latent } = layer.mixer as AttentionWeights;
  const gamma = layer.attentionNorm!.weight.f32.slice();
  const values: Projections = {
    gamma,
    wv: unpacked(kernel, wv!),
    bv: bv?.f32.slice(),
    wo: unpacked(kernel, wo),
    bo: bo?.f32.slice(),
  };
  if (!latent) return values;
  const down = unpacked(kernel, latent.keys.down);
  const made = scale.map((each, at) =>
    times(
      down,
      Float64Array.from(foundBy(trace, l, at), (x, i) => x * gamma[i] * each),
    ),
  );
  return {
    ...values,
    latent: {
      down,
      gamma: latent.keys.norm.weight.f32.slice(),
      scale: made.map((each) => 1 / deviationOf(model.config, Float32Array.from(each))),
    },
  };
}

/** W · x. [rows] */
export function times(w: Float32Array, x: Float64Array): Float64Array {
  const cols = x.length;
  return Float64Array.from({ length: w.length / cols }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += w[row * cols + c] * x[c];
    return sum;
  });
}

/** Wᵀ · y. [cols] */
export function turned(w: Float32Array, y: Float64Array): Float64Array {
  const cols = w.length / y.length;
  const out = new Float64Array(cols);
  for (let row = 0; row < y.length; row++) for (let c = 0; c < cols; c++) out[c] += y[row] * w[row * cols + c];
  return out;
}
