/**
 * One layer's mixing between positions as linear steps, with everything else held as it was: attention weights or implied
 * influence, norms' scales, gates, the ratio of what an activation or a clamp gives to what it gets.
 */
import { sigmoid } from '../../shared/softmax';
import type { Buf, Matrix } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import type { AttentionWeights, ConvolutionWeights, Layer, MambaWeights, DeltaWeights } from '../model/layerWeights';
import { kvHeadOf, type AttentionShape } from '../model/mixers/attentionParts';
import type { ConvolutionShape, ConvolutionTrace } from '../model/mixers/convolutionParts';
import type { RecurrentShape } from '../model/mixers/recurrentParts';
import { normalize } from '../model/normalize';
import { unpacked } from '../model/unpacked';
import { deviationOf } from '../reading/direction';
import { headParts } from '../reading/headParts';
import type { Trace } from '../trace/trace';
import { weightReader } from '../trace/weights';
import { convolved, factors, heldNorm, matrix, mixed, type Field, type LinearStep } from './linear';

/** How a layer of a run mixes. */
export interface Held {
  model: LoadedModel;
  trace: Trace;
  layer: Layer;
  l: number;
  /** Tokens that the circuit is about, the first of the text. */
  count: number;
  scale: readonly number[]; // [count], 1 / what the norm before divided by
  behind: readonly number[]; // [count], 1 / what the norm behind divided by, where there is one
  /** [count][heads] What is known already; what is asked for comes here. */
  reads: Read[];
}

/** What a head reads: how much of each token's value, and what its sum is multiplied by, element by element. */
export interface Read {
  shares: Float64Array; // [query + 1]
  factor?: Float32Array; // [headDim]
}

/** From the stream to values, none where these are another layer's, and from values on; `bytes`: of the matrices that were unpacked. */
export interface Mixing {
  toValues: LinearStep[];
  fromValues: LinearStep[];
  bytes: number;
}

export function mixingSteps(held: Held): Mixing {
  const { model, layer, l, scale, behind } = held;
  const { config } = model;
  const { mixer: shape } = config.shapes[l];
  let bytes = 0;
  const full = (packed: Matrix, bias?: Buf): LinearStep => {
    const floats = unpacked(model.kernel, packed);
    bytes += floats.byteLength;
    return matrix(floats, bias?.f32.slice());
  };
  const { made, read } = between(held, shape.kind, full);
  return {
    toValues: made.length === 0 ? [] : [...heldNorm(config.norm, layer.attentionNorm, scale), ...made],
    fromValues: [
      ...read,
      full(layer.mixer.wo, layer.mixer.bo),
      ...heldNorm(config.norm, layer.attentionPostNorm, behind),
      factors(() => config.residualScale),
    ],
    bytes,
  };
}

/** How values are made of what the norm gives, and how they are read. */
interface Between {
  made: LinearStep[];
  read: LinearStep[];
}

type Unpack = (packed: Matrix, bias?: Buf) => LinearStep;

function between(held: Held, kind: LoadedModel['config']['shapes'][number]['mixer']['kind'], full: Unpack): Between {
  switch (kind) {
    case 'attention':
      return attention(held, full);
    case 'convolution':
      return shortConvolution(held, full);
    case 'delta':
    case 'mamba':
      return recurrent(held, full);
  }
}

function attention({ model, trace, layer, l, count, reads: known }: Held, full: Unpack): Between {
  const { shape, kept } = trace.attention(l);
  const weights = layer.mixer as AttentionWeights;
  const { wv, bv, latent, vNorm } = weights;
  const { heads, headDim, kvHeads, clamp } = shape;
  const width = kvHeads * headDim;
  const made: LinearStep[] = [];
  if (latent) {
    const down = ofStream(model, trace, l, layer, latent.keys.down, count);
    const scale = down.map((made) => 1 / deviationOf(model.config, made));
    made.push(full(latent.keys.down), ...heldNorm(model.config.norm, latent.keys.norm, scale));
  }
  if (wv) made.push(full(wv, bv));
  if (wv && (clamp || vNorm)) made.push(factors(valueFactors(model, trace, layer, l, { shape, weights, count })));
  const reads = remembered(known, heads, (head, query): Read => {
    const weight = weightReader(trace, l, head);
    return { shares: Float64Array.from({ length: query + 1 }, (_, key) => weight(query, key)) };
  });
  const read = [
    mixed(
      { heads, headDim, width },
      count,
      (head, query) => reads(head, query).shares,
      (head) => kvHeadOf(shape, head) * headDim,
    ),
  ];
  const { gate } = kept;
  if (gate) read.push(factors((query) => gate.f32.slice(query * heads * headDim, (query + 1) * heads * headDim).map(sigmoid))); // prettier-ignore
  return { made, read };
}

/** What clamping, or a norm of each head's values, made of them: by position, [kvHeads · headDim]. */
function valueFactors(
  model: LoadedModel,
  trace: Trace,
  layer: Layer,
  l: number,
  { shape, weights: { wv, bv, vNorm }, count }: { shape: AttentionShape; weights: AttentionWeights; count: number },
): (position: number) => Float32Array {
  const { headDim, clamp } = shape;
  const bias = bv?.f32.slice();
  const norm = vNorm?.weight.f32.slice();
  const made = ofStream(model, trace, l, layer, wv!, count).map((values) => {
    const whole = bias ? values.map((value, i) => value + bias[i]) : values;
    const ratios = whole.map((value) => (clamp && Math.abs(value) > clamp ? clamp / Math.abs(value) : 1));
    if (!norm) return ratios;
    for (let from = 0; from < whole.length; from += headDim) {
      const clamped = whole.subarray(from, from + headDim).map((value, i) => value * ratios[from + i]);
      const deviation = deviationOf(model.config, clamped);
      for (let i = 0; i < headDim; i++) ratios[from + i] *= norm[i] / deviation;
    }
    return ratios;
  });
  return (position) => made[position];
}

/** Gated delta networks and Mamba-2: convolution, SiLU by its ratio, implied influence, then gate and norm of what is read. */
function recurrent({ model, trace, layer, l, count, reads }: Held, full: Unpack): Between {
  const { heads, headDim, taps } = model.config.shapes[l].mixer as RecurrentShape;
  const { wv, convolveV, biasV } = layer.mixer as DeltaWeights | MambaWeights;
  const convolution = convolved(convolveV.f32.slice(), taps, count, biasV?.f32.slice());
  const before: Field = ofStream(model, trace, l, layer, wv, count).map((row) => Float64Array.from(row));
  const ratios = convolution
    .carry(before)
    .map((sum) => Float32Array.from(sum!, (value, i) => sigmoid(value + (convolution.bias?.[i] ?? 0))));
  const parts = remembered(reads, heads, (head, query): Read => {
    const { shares, factor } = headParts(model, layer.mixer, trace, { layer: l, head, query });
    return { shares: Float64Array.from(shares), factor };
  });
  const read = mixed(
    { heads, headDim, width: heads * headDim },
    count,
    (head, query) => parts(head, query).shares,
    (head) => head * headDim,
  );
  const behind = factors((query) => {
    const own = new Float32Array(heads * headDim);
    for (let head = 0; head < heads; head++) own.set(parts(head, query).factor!, head * headDim);
    return own;
  });
  return { made: [full(wv), convolution, factors((position) => ratios[position])], read: [read, behind] };
}

/** Gated short convolution: what multiplies the values before it and the sum behind it is held. */
function shortConvolution({ model, trace, layer, l, count }: Held, full: Unpack): Between {
  const { headDim: d, taps } = model.config.shapes[l].mixer as ConvolutionShape;
  const { wbefore, wv, convolve } = layer.mixer as ConvolutionWeights;
  const { gate } = trace.layer(l).mixer as ConvolutionTrace;
  const opened = ofStream(model, trace, l, layer, wbefore, count);
  return {
    made: [full(wv), factors((position) => opened[position])],
    read: [
      convolved(convolve.f32.slice(), taps, count),
      factors((query) => gate.f32.slice(query * d, (query + 1) * d)),
    ],
  };
}

/** matrix · what the layer's norm makes of the stream that it found, by the kernel, at each token: [count][rows] */
function ofStream(
  model: LoadedModel,
  trace: Trace,
  l: number,
  { attentionNorm }: Layer,
  packed: Matrix,
  count: number,
): Float32Array[] {
  const { kernel, config } = model;
  const { embedding: d } = config;
  const [x, out] = [kernel.alloc(count * d), kernel.alloc(count * packed.rows)];
  try {
    normalize(model, x, trace.layer(l).residual!, attentionNorm, count, d);
    kernel.matmul(out, x, packed, count);
    const all = out.f32;
    return Array.from({ length: count }, (_, at) => all.slice(at * packed.rows, (at + 1) * packed.rows));
  } finally {
    kernel.free(x);
    kernel.free(out);
  }
}

/** By head and query, computed when first asked for. */
function remembered(
  known: Read[],
  heads: number,
  of: (head: number, query: number) => Read,
): (head: number, query: number) => Read {
  return (head, query) => (known[query * heads + head] ??= of(head, query));
}
