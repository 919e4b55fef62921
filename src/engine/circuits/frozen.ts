/**
 * One run with everything that is not linear held as it was: attention weights, norms' scales, routing. Along what is left a
 * direction is pulled back through attention, and a write is carried forward, exactly.
 */
import { Problem } from '../../protocol/problem';
import type { Matrix } from '../kernel/kernel';
import { forward } from '../model/forward';
import type { AttentionWeights, FeedForward, Layer } from '../model/layerWeights';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import { kvHeadOf } from '../model/mixers/attentionParts';
import type { Taps } from '../model/rows';
import { Trace } from '../trace/trace';
import { weightReader } from '../trace/weights';
import { deviationOf } from '../reading/direction';
import { activeIn, type ActiveExpert } from './active';

/** By position; undefined: nothing there. [embedding] */
export type Field = (Float64Array | undefined)[];

export interface FrozenLayer {
  scale: number[]; // [tokens], 1 / what the norm before attention divided by
  middle: Float32Array[]; // [tokens][embedding], the stream between attention and the feed-forward part
  middleScale: number[]; // [tokens]
  active: ActiveExpert[][]; // [tokens]
  values: Values;
  wo: Float32Array; // [embedding][heads · headDim]
  bo?: Float32Array; // [embedding]
}

/** How values are made of the stream. */
interface Values {
  gamma: Float32Array; // [embedding], of the norm before attention
  /** Where they are made of a latent: it is normalised, too. */
  latent?: { down: Float32Array; gamma: Float32Array; scale: number[] }; // [latent][embedding], [latent], [tokens]
  wv: Float32Array; // [kvHeads · headDim][embedding], or [latent]
  bv?: Float32Array; // [kvHeads · headDim]
}

export class Frozen {
  private readonly patterns = new Map<string, Float64Array>();

  private constructor(
    private readonly model: LoadedModel,
    readonly trace: Trace,
    readonly layers: readonly FrozenLayer[],
    readonly last: readonly Float32Array[], // [tokens][embedding], behind the last layer
  ) {}

  /** Throws Problem circuit-unlike for models whose parts are not what this is written for. */
  static async of(model: LoadedModel, trace: Trace, pause?: () => Promise<void> | void): Promise<Frozen> {
    const { config } = model;
    refuseBothWays(config);
    const d = config.embedding;
    const n = trace.ids.length;
    const middles: Float32Array[][] = config.shapes.map(() => []);
    const last: Float32Array[] = [];
    const streams: Float32Array[] = [];
    const taps: Taps = {
      stream: (_, x, { first, n: rows }) => {
        for (let i = 0; i < rows; i++) streams[first + i] = x.f32.slice(i * d, (i + 1) * d);
      },
      mixed: (l, update, { first, n: rows }) => {
        const added = update.f32;
        for (let i = 0; i < rows; i++)
          middles[l][first + i] = streams[first + i].map((value, j) => value + added[i * d + j]);
      },
      last: (x, { n: rows }) => {
        for (let i = 0; i < rows; i++) last[i] = x.f32.slice(i * d, (i + 1) * d);
      },
    };
    const again = new Trace(config, model.kernel, n, { keepResidual: false });
    try {
      await forward(model, again, trace.ids, { taps, afterChunk: pause });
    } finally {
      again.release();
    }
    const layers: FrozenLayer[] = [];
    const frozen = new Frozen(model, trace, layers, last);
    for (let l = 0; l < config.layers; l++) {
      const lease = await model.weights.layer(l);
      try {
        const { attentionPostNorm, feedForwardPostNorm } = lease.layer;
        const { mixer: shape } = config.shapes[l];
        const unlike =
          config.norm !== 'rms' ||
          model.weights.outputBias ||
          config.parallelResidual ||
          attentionPostNorm ||
          feedForwardPostNorm ||
          shape.kind !== 'attention' ||
          shape.gated ||
          config.activation !== 'silu';
        if (unlike) throw circuitUnlike(config.architecture);
        const check = ({ gate, gateBias, upBias, downBias }: FeedForward): void => {
          if (!gate || gateBias || upBias || downBias) throw circuitUnlike(config.architecture);
        };
        const active = await activeIn(model, trace, l, middles[l], lease, check);
        const own = lease.layer.mixer as AttentionWeights;
        const found = trace.ids.map((_, at) => trace.layer(l).residual!.f32.slice(at * d, (at + 1) * d));
        const scale = found.map((stream) => 1 / deviationOf(config, stream));
        layers.push({
          scale,
          middle: middles[l],
          middleScale: middles[l].map((stream) => 1 / deviationOf(config, stream)),
          active,
          values: valuesOf(model, lease.layer, found, scale),
          wo: unpacked(model, own.wo),
          bo: own.bo?.f32.slice(),
        });
      } finally {
        lease.release();
      }
      await pause?.();
    }
    return frozen;
  }

  /** Σ over heads and queries of weight · (γ ⊙ Wvᵀ Woᵀ g) / r: what the stream before the layer's attention is worth through it. */
  pull(layer: number, after: Field): Field {
    const { scale, values } = this.layers[layer];
    return this.worthOfValues(layer, after).map((worth, key) => {
      if (!worth) return undefined;
      const { gamma, latent, wv } = values;
      let out = turned(wv, worth);
      if (latent) out = turned(latent.down, out.map((each, i) => each * latent.gamma[i] * latent.scale[key])); // prettier-ignore
      return out.map((each, i) => each * gamma[i] * scale[key]);
    });
  }

  /** What the biases of the layer's attention are worth. */
  constants(layer: number, after: Field): number {
    const { bo, values } = this.layers[layer];
    const { residualScale } = this.model.config;
    const sum = (field: Field, bias: Float32Array | undefined): number =>
      bias ? field.reduce((all, worth) => all + (worth?.reduce((own, each, i) => own + each * bias[i], 0) ?? 0), 0) : 0;
    return residualScale * sum(after, bo) + (values.bv ? sum(this.worthOfValues(layer, after), values.bv) : 0);
  }

  /** What each key's values are worth. [kvHeads · headDim] */
  private worthOfValues(layer: number, after: Field): Field {
    const { heads, kvHeads, headDim } = this.trace.attention(layer).shape;
    const { residualScale } = this.model.config;
    const byKey: Field = [];
    after.forEach((g, query) => {
      if (!g) return;
      const read = turned(this.layers[layer].wo, g);
      for (let head = 0; head < heads; head++) {
        const kv = kvHeadOf(this.trace.attention(layer).shape, head);
        const weights = this.pattern(layer, head, query);
        for (let key = 0; key <= query; key++) {
          if (weights[key] === 0) continue;
          const into = (byKey[key] ??= new Float64Array(kvHeads * headDim));
          const share = weights[key] * residualScale;
          for (let i = 0; i < headDim; i++) into[kv * headDim + i] += share * read[head * headDim + i];
        }
      }
    });
    return byKey;
  }

  /** What the layer's attention makes of a change of the stream before it. */
  carry(layer: number, before: Field): Field {
    const { heads, headDim } = this.trace.attention(layer).shape;
    const { scale, values: how, wo } = this.layers[layer];
    const values = before.map((x, key) => {
      if (!x) return undefined;
      let read = x.map((each, i) => each * how.gamma[i] * scale[key]);
      const { latent } = how;
      if (latent) read = times(latent.down, read).map((each, i) => each * latent.gamma[i] * latent.scale[key]);
      return times(how.wv, read);
    });
    return this.trace.ids.map((_, query) => {
      const mixed = new Float64Array(heads * headDim);
      let any = false;
      for (let head = 0; head < heads; head++) {
        const kv = kvHeadOf(this.trace.attention(layer).shape, head);
        const weights = this.pattern(layer, head, query);
        for (let key = 0; key <= query; key++) {
          const value = values[key];
          if (!value || weights[key] === 0) continue;
          any = true;
          for (let i = 0; i < headDim; i++) mixed[head * headDim + i] += weights[key] * value[kv * headDim + i];
        }
      }
      return any ? times(wo, mixed).map((each) => each * this.model.config.residualScale) : undefined;
    });
  }

  private pattern(layer: number, head: number, query: number): Float64Array {
    const name = `${layer} ${head} ${query}`;
    let weights = this.patterns.get(name);
    if (!weights) {
      const weight = weightReader(this.trace, layer, head);
      weights = Float64Array.from({ length: query + 1 }, (_, key) => weight(query, key));
      this.patterns.set(name, weights);
    }
    return weights;
  }
}

/** `found`: the streams before the layer, [tokens][embedding]; `scale`: [tokens]. */
function valuesOf(model: LoadedModel, layer: Layer, found: readonly Float32Array[], scale: readonly number[]): Values {
  const { wv, bv, latent } = layer.mixer as AttentionWeights;
  const gamma = layer.attentionNorm!.weight.f32.slice();
  const values: Values = { gamma, wv: unpacked(model, wv), bv: bv?.f32.slice() };
  if (!latent) return values;
  const down = unpacked(model, latent.keys.down);
  const made = found.map((stream, at) =>
    times(
      down,
      Float64Array.from(stream, (x, i) => x * gamma[i] * scale[at]),
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
function times(w: Float32Array, x: Float64Array): Float64Array {
  const cols = x.length;
  return Float64Array.from({ length: w.length / cols }, (_, row) => {
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += w[row * cols + c] * x[c];
    return sum;
  });
}

/** Wᵀ · y. [cols] */
function turned(w: Float32Array, y: Float64Array): Float64Array {
  const cols = w.length / y.length;
  const out = new Float64Array(cols);
  for (let row = 0; row < y.length; row++) for (let c = 0; c < cols; c++) out[c] += y[row] * w[row * cols + c];
  return out;
}

const circuitUnlike = (architecture: string): Problem =>
  new Problem(
    'circuit-unlike',
    'Circuits are drawn of models with attention in every layer, RMSNorm before each part and none behind, and feed-forward networks with SiLU gates and no biases.',
    { architecture },
  );

/** Sum, place by place. */
export function plus(a: Field, b: Field): Field {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [one, other] = [a[i], b[i]];
    return one && other ? one.map((value, j) => value + other[j]) : (one ?? other);
  });
}

/** A matrix as floats: [rows][cols]. */
export function unpacked({ kernel }: LoadedModel, matrix: Matrix): Float32Array {
  const { rows, cols } = matrix;
  const [out, ids] = [kernel.alloc(rows * cols), kernel.alloc(rows)];
  try {
    for (let i = 0; i < rows; i++) ids.i32[i] = i;
    kernel.rows(out, matrix, ids, rows);
    return out.f32.slice(0, rows * cols);
  } finally {
    kernel.free(out);
    kernel.free(ids);
  }
}
