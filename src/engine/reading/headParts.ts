/**
 * One head's output at one token as a sum over the tokens it sees: output = factor ⊙ Σ share · value. Exact for attention; for a
 * gated delta network or Mamba-2 with its norm held fixed at this token, the shares then being its implied influence; and for a short
 * convolution, whose channels each have weights of their own: they are in the values.
 */
import type { Model } from '../model/model';
import { Problem } from '../../protocol/problem';
import { kvHeadOf } from '../model/mixers/attentionParts';
import type { ConvolutionShape, ConvolutionTrace } from '../model/mixers/convolutionParts';
import { keyHeadOf } from '../model/mixers/recurrentParts';
import type { ConvolutionWeights, DeltaWeights, MambaWeights, MixerWeights } from '../model/layerWeights';
import { sigmoid } from '../../shared/softmax';
import { influenceRow } from '../trace/influence';
import type { Trace } from '../trace/trace';
import { headWeights, keysOf } from '../trace/weights';
import { deviationOf } from './direction';

export interface HeadParts {
  shares: Float32Array; // [keysOf(trace, query)]
  /** Of every token [tokens][stride]; this head's begin at `from`. */
  values: Float32Array;
  from: number;
  stride: number;
  /** [headDim] What the sum is multiplied by; undefined: nothing. */
  factor?: Float32Array;
  /** [query + 1] What is said of each token, where that is not its share. */
  influence?: Float32Array;
}

/** `weights`: the layer's mixer. Throws Problem internal for a head or token that is not there. */
export function headParts(
  { config }: Model,
  weights: MixerWeights,
  trace: Trace,
  { layer, head, query }: { layer: number; head: number; query: number },
): HeadParts {
  const { mixer: shape } = config.shapes[layer];
  const { heads, headDim } = shape;
  const own = (rows: Float32Array): Float32Array => {
    return rows.slice((query * heads + head) * headDim, (query * heads + head + 1) * headDim);
  };
  if (shape.kind === 'attention') {
    const shares = headWeights(trace, layer, head, query, 'from').slice(0, keysOf(trace, query));
    const { kept } = trace.attention(layer);
    const from = kvHeadOf(shape, head) * headDim;
    const factor = kept.gate && own(kept.gate.f32).map(sigmoid);
    return { shares, values: kept.v.f32, from, stride: shape.kvHeads * headDim, factor };
  }
  const shares = influenceRow(trace, layer, head, query);
  const { mixer: kept } = trace.layer(layer);
  if (shape.kind === 'convolution') {
    const own = weights as ConvolutionWeights;
    return { ...convolutionParts(shape, kept as ConvolutionTrace, own, query), influence: shares };
  }
  if (kept.kind === 'attention' || kept.kind === 'convolution')
    throw new Problem('internal', `Layer ${layer} keeps no states.`);
  const parts = { shares, values: kept.v.f32, from: head * headDim, stride: heads * headDim };
  const gate = own(kept.gate.f32).map((each) => each * sigmoid(each));
  switch (shape.kind) {
    case 'mamba': {
      const { skip, norm } = weights as MambaWeights;
      const whole = shares.slice();
      whole[query] += skip.f32[head];
      const deviation = kept.deviation!.f32[query * shape.keyHeads + keyHeadOf(shape, head)];
      const weight = norm.weight.f32.subarray(head * headDim);
      const factor = gate.map((each, i) => (each * weight[i]) / deviation);
      return { ...parts, shares: whole, influence: shares, factor };
    }
    case 'delta': {
      const read = new Float32Array(headDim);
      shares.forEach((share, key) => {
        for (let i = 0; i < headDim; i++) read[i] += share * parts.values[key * parts.stride + parts.from + i];
      });
      const deviation = deviationOf(config, read);
      const norm = (weights as DeltaWeights).norm.weight.f32;
      return { ...parts, factor: gate.map((each, i) => (each * norm[i]) / deviation) };
    }
  }
}

function convolutionParts(
  { headDim: d, taps }: ConvolutionShape,
  { written, gate }: ConvolutionTrace,
  { convolve }: ConvolutionWeights,
  query: number,
): HeadParts {
  const [rows, weights] = [written.f32, convolve.f32];
  const shares = new Float32Array(query + 1);
  const values = new Float32Array((query + 1) * d);
  for (let key = Math.max(0, query - taps + 1); key <= query; key++) {
    const tap = taps - 1 - (query - key);
    shares[key] = 1;
    for (let c = 0; c < d; c++) values[key * d + c] = weights[c * taps + tap] * rows[key * d + c];
  }
  return { shares, values, from: 0, stride: d, factor: gate.f32.slice(query * d, (query + 1) * d) };
}
