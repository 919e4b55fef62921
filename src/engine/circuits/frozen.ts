/**
 * One run with everything that is not linear held as it was: attention weights, norms' scales, routing. Along what is left a
 * direction is pulled back through attention, and a write is carried forward, exactly.
 */
import { Problem } from '../../protocol/problem';
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
import { foundBy, projectionsOf, times, turned, type Projections } from './projections';

/** By position; undefined: nothing there. [embedding] */
export type Field = (Float64Array | undefined)[];

export interface FrozenLayer {
  scale: number[]; // [tokens], 1 / what the norm before attention divided by
  middle: Float32Array[]; // [tokens][embedding], the stream between attention and the feed-forward part
  middleScale: number[]; // [tokens]
  active: ActiveExpert[][]; // [tokens]
}

/** Bytes: of unpacked projections that are kept beside the layer's, of all else that is held of a run at most. */
const ROOM = { projections: 256 * 2 ** 20, run: 2 ** 30 };

export class Frozen {
  /** By layer, the one that was used last at the end. */
  private readonly unpacked = new Map<number, Projections>();
  private readonly patterns = new Map<string, Float64Array>();

  private constructor(
    private readonly model: LoadedModel,
    readonly trace: Trace,
    readonly layers: readonly FrozenLayer[],
    readonly last: readonly Float32Array[], // [tokens][embedding], behind the last layer
    private readonly keptBytes: number,
  ) {}

  /**
   * Of the tokens up to `position`. Throws Problem circuit-unlike for models whose parts are not what this is written for,
   * and circuit-large.
   */
  static async of(
    model: LoadedModel,
    trace: Trace,
    { position, room = ROOM, pause }: { position: number; room?: typeof ROOM; pause?: () => Promise<void> | void },
  ): Promise<Frozen> {
    const { config } = model;
    refuseBothWays(config);
    const d = config.embedding;
    const n = trace.ids.length;
    const count = position + 1;
    checkRoom(config, count, room.run);
    const middles: Float32Array[][] = config.shapes.map(() => []);
    const last: Float32Array[] = [];
    const streams: Float32Array[] = [];
    const taps: Taps = {
      stream: (_, x, { first, n: rows }) => {
        for (let i = 0; i < rows && first + i < count; i++) streams[first + i] = x.f32.slice(i * d, (i + 1) * d);
      },
      mixed: (l, update, { first, n: rows }) => {
        const added = update.f32;
        for (let i = 0; i < rows && first + i < count; i++)
          middles[l][first + i] = streams[first + i].map((value, j) => value + added[i * d + j]);
      },
      last: (x, { n: rows }) => {
        for (let i = 0; i < Math.min(rows, count); i++) last[i] = x.f32.slice(i * d, (i + 1) * d);
      },
    };
    const again = new Trace(config, model.kernel, n, { keepResidual: false });
    try {
      await forward(model, again, trace.ids, { taps, afterChunk: pause });
    } finally {
      again.release();
    }
    const layers: FrozenLayer[] = [];
    const frozen = new Frozen(model, trace, layers, last, room.projections);
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
        layers.push({
          scale: Array.from({ length: count }, (_, at) => 1 / deviationOf(config, foundBy(trace, l, at))),
          middle: middles[l],
          middleScale: middles[l].map((stream) => 1 / deviationOf(config, stream)),
          active,
        });
      } finally {
        lease.release();
      }
      await pause?.();
    }
    return frozen;
  }

  /**
   * Σ over heads and queries of weight · (γ ⊙ Wvᵀ Woᵀ g) / r: what the stream before the layer's attention is worth through it,
   * and what the biases of its attention are worth. The layer is read of `model` where it is not unpacked any more.
   */
  async pull(model: LoadedModel, layer: number, after: Field): Promise<{ before: Field; constants: number }> {
    const { scale } = this.layers[layer];
    const { residualScale } = model.config;
    const { gamma, latent, wv, bv, wo, bo } = await this.projections(model, layer);
    const worth = this.worthOfValues(layer, after, wo);
    const before = worth.map((own, key) => {
      if (!own) return undefined;
      let out = turned(wv, own);
      if (latent) out = turned(latent.down, out.map((each, i) => each * latent.gamma[i] * latent.scale[key])); // prettier-ignore
      return out.map((each, i) => each * gamma[i] * scale[key]);
    });
    const sum = (field: Field, bias: Float32Array): number =>
      field.reduce((all, own) => all + (own?.reduce((part, each, i) => part + each * bias[i], 0) ?? 0), 0);
    return { before, constants: (bo ? residualScale * sum(after, bo) : 0) + (bv ? sum(worth, bv) : 0) };
  }

  /** What each key's values are worth. [kvHeads · headDim] */
  private worthOfValues(layer: number, after: Field, wo: Float32Array): Field {
    const { heads, kvHeads, headDim } = this.trace.attention(layer).shape;
    const { residualScale } = this.model.config;
    const byKey: Field = [];
    after.forEach((g, query) => {
      if (!g) return;
      const read = turned(wo, g);
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
  async carry(model: LoadedModel, layer: number, before: Field): Promise<Field> {
    const { heads, headDim } = this.trace.attention(layer).shape;
    const { scale } = this.layers[layer];
    const how = await this.projections(model, layer);
    const values = before.map((x, key) => {
      if (!x) return undefined;
      let read = x.map((each, i) => each * how.gamma[i] * scale[key]);
      const { latent } = how;
      if (latent) read = times(latent.down, read).map((each, i) => each * latent.gamma[i] * latent.scale[key]);
      return times(how.wv, read);
    });
    return this.last.map((_, query) => {
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
      return any ? times(how.wo, mixed).map((each) => each * this.model.config.residualScale) : undefined;
    });
  }

  /** Of the layer, unpacked from `model` where that is forgotten. */
  private async projections(model: LoadedModel, layer: number): Promise<Projections> {
    let found = this.unpacked.get(layer);
    if (!found) {
      const lease = await model.weights.layer(layer);
      try {
        found = projectionsOf(model, lease.layer, this.trace, layer, this.layers[layer].scale);
      } finally {
        lease.release();
      }
    }
    this.unpacked.delete(layer);
    this.unpacked.set(layer, found);
    let bytes = 0;
    for (const [l, { wv, wo, latent }] of [...this.unpacked].reverse()) {
      bytes += wv.byteLength + wo.byteLength + (latent?.down.byteLength ?? 0);
      if (bytes > this.keptBytes && l !== layer) this.unpacked.delete(l);
    }
    return found;
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

/** Bytes that are held of a run of so many tokens: its streams, its neurons, its attention weights. */
function bytesOf({ embedding, shapes }: LoadedModel['config'], tokens: number): number {
  let bytes = 0;
  for (const { mixer, feedForward } of shapes) {
    const neurons = Math.max(1, feedForward.expertsUsed) * feedForward.hidden + feedForward.sharedHidden;
    bytes += tokens * 4 * (embedding + 2 * neurons) + (8 * mixer.heads * tokens * (tokens + 1)) / 2;
  }
  return bytes;
}

function checkRoom(config: LoadedModel['config'], tokens: number, most: number): void {
  const bytes = bytesOf(config, tokens);
  if (bytes <= most) return;
  let fit = tokens;
  while (fit > 0 && bytesOf(config, fit) > most) fit--;
  throw new Problem('circuit-large', `A circuit after ${tokens} tokens takes ${bytes} bytes; ${fit} fit.`, {
    bytes,
    fit,
  });
}
