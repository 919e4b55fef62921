/**
 * One run with everything that is not linear held as it was: attention weights, norms' scales, routing. Along what is left a
 * direction is pulled back through attention, and a write is carried forward, exactly.
 */
import { Problem } from '../../protocol/problem';
import type { Matrix } from '../kernel/kernel';
import { forward } from '../model/forward';
import type { FeedForward } from '../model/layerWeights';
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
  gamma: Float32Array; // [embedding], of the norm before attention
}

export class Frozen {
  private readonly wv: Float32Array[] = []; // [layers], [kvHeads · headDim][embedding]
  private readonly wo: Float32Array[] = []; // [layers], [embedding][heads · headDim]
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
        const { mixer, attentionPostNorm, feedForwardPostNorm, moe } = lease.layer;
        const { mixer: shape } = config.shapes[l];
        const unlike =
          config.norm !== 'rms' ||
          model.weights.outputBias ||
          config.parallelResidual ||
          attentionPostNorm ||
          feedForwardPostNorm ||
          mixer.bo ||
          mixer.bv ||
          shape.kind !== 'attention' ||
          shape.gated ||
          shape.latent ||
          moe?.shared ||
          config.activation !== 'silu';
        if (unlike) throw circuitUnlike(config.architecture);
        const check = ({ gate, gateBias, upBias, downBias }: FeedForward): void => {
          if (!gate || gateBias || upBias || downBias) throw circuitUnlike(config.architecture);
        };
        const active = await activeIn(model, trace, l, middles[l], lease, check);
        frozen.wv.push(unpacked(model, mixer.wv));
        frozen.wo.push(unpacked(model, mixer.wo));
        layers.push({
          scale: trace.ids.map(
            (_, at) => 1 / deviationOf(config, trace.layer(l).residual!.f32.subarray(at * d, (at + 1) * d)),
          ),
          middle: middles[l],
          middleScale: middles[l].map((stream) => 1 / deviationOf(config, stream)),
          active,
          gamma: lease.layer.attentionNorm!.weight.f32.slice(),
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
    const { heads, kvHeads, headDim, gamma, d } = this.sizes(layer);
    const [wv, wo] = [this.wv[layer], this.wo[layer]];
    const byKey: (Float64Array | undefined)[] = []; // [keys][kvHeads · headDim]
    after.forEach((g, query) => {
      if (!g) return;
      const read = new Float64Array(heads * headDim);
      for (let r = 0; r < d; r++) for (let c = 0; c < read.length; c++) read[c] += g[r] * wo[r * read.length + c];
      for (let head = 0; head < heads; head++) {
        const kv = kvHeadOf(this.trace.attention(layer).shape, head);
        const weights = this.pattern(layer, head, query);
        for (let key = 0; key <= query; key++) {
          if (weights[key] === 0) continue;
          const into = (byKey[key] ??= new Float64Array(kvHeads * headDim));
          for (let i = 0; i < headDim; i++) into[kv * headDim + i] += weights[key] * read[head * headDim + i];
        }
      }
    });
    return byKey.map((value, key) => {
      if (!value) return undefined;
      const out = new Float64Array(d);
      for (let r = 0; r < value.length; r++) for (let c = 0; c < d; c++) out[c] += value[r] * wv[r * d + c];
      const scale = this.layers[layer].scale[key];
      const { residualScale } = this.model.config;
      return out.map((each, i) => each * gamma[i] * scale * residualScale);
    });
  }

  /** What the layer's attention makes of a change of the stream before it. */
  carry(layer: number, before: Field): Field {
    const { heads, kvHeads, headDim, gamma, d } = this.sizes(layer);
    const [wv, wo] = [this.wv[layer], this.wo[layer]];
    const tokens = this.trace.ids.length;
    const values = before.map((x, key) => {
      if (!x) return undefined;
      const scale = this.layers[layer].scale[key];
      return Float64Array.from({ length: kvHeads * headDim }, (_, r) => {
        let sum = 0;
        for (let c = 0; c < d; c++) sum += wv[r * d + c] * x[c] * gamma[c] * scale;
        return sum;
      });
    });
    return Array.from({ length: tokens }, (_, query) => {
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
      if (!any) return undefined;
      return Float64Array.from({ length: d }, (_, r) => {
        let sum = 0;
        for (let c = 0; c < mixed.length; c++) sum += wo[r * mixed.length + c] * mixed[c];
        return sum * this.model.config.residualScale;
      });
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

  private sizes(layer: number): { heads: number; kvHeads: number; headDim: number; gamma: Float32Array; d: number } {
    const { heads, kvHeads, headDim } = this.trace.attention(layer).shape;
    return { heads, kvHeads, headDim, gamma: this.layers[layer].gamma, d: this.model.config.embedding };
  }
}

const circuitUnlike = (architecture: string): Problem =>
  new Problem(
    'circuit-unlike',
    'Circuits are drawn of models with attention in every layer, RMSNorm before each part, SiLU gates, no biases and no expert that every token goes through.',
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
