/**
 * One run with everything that is not linear held as it was: attention weights or implied influence, norms' scales, gates,
 * routing. Along what is left a direction is pulled back through a layer, and a write is carried forward, exactly.
 */
import { Problem } from '../../protocol/problem';
import { forward } from '../model/forward';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import type { Taps } from '../model/rows';
import type { Lease } from '../model/weights';
import { Trace } from '../trace/trace';
import { attentionOutput, deviationOf, outputOf } from '../reading/direction';
import { activeOf, eachNetwork, networkOf, networksOf, type ActiveExpert } from './active';
import { carryThrough, factors, heldNorm, plus, pullThrough, type Field, type LinearStep } from './linear';
import { mixingSteps, type Mixing, type Read } from './mixing';
import { ownRowSteps, tookOf, type Took } from './ownRows';

export interface FrozenLayer {
  scale: number[]; // [tokens], 1 / what the norm before the mixer divided by
  mixedScale: number[]; // [tokens], 1 / what the norm behind it divided by
  read: Float32Array[]; // [tokens][embedding], the stream that the feed-forward part read
  readScale: number[]; // [tokens], 1 / what the norm before that part divided by
  networksScale: number[]; // [tokens], 1 / what the norm behind it divided by
  /** Where they have norms of their own behind them, [tokens]. */
  expertsScale: number[];
  sharedScale: number[];
  took: Took[]; // [tokens] of what it takes of their own rows, where it does
  active: ActiveExpert[][]; // [tokens]
}

/** Bytes: of unpacked projections that are kept beside the layer's, of all else that is held of a run at most. */
const ROOM = { projections: 256 * 2 ** 20, run: 2 ** 30 };

interface Unpacked extends Mixing {
  own: LinearStep[];
}

/** Of values that later layers read, too, by the layer that made them: a change of them, or what they are worth. One walk's own. */
export type Lent = Field[];

export class Frozen {
  /** By layer, the one that was used last at the end. */
  private readonly unpacked = new Map<number, Unpacked>();
  /** [layers] What heads read, as far as it was asked for. */
  private readonly reads: Read[][];

  private constructor(
    private readonly model: LoadedModel,
    readonly trace: Trace,
    readonly layers: readonly FrozenLayer[],
    readonly last: readonly Float32Array[], // [tokens][embedding], behind the last layer
    private readonly keptBytes: number,
  ) {
    this.reads = model.config.shapes.map(() => []);
  }

  /** Of the tokens up to `position`. Costs a run of the text, and each layer once more: its networks only where experts have norms of their own behind them. Throws Problem both-ways, circuit-large. */
  static async of(
    model: LoadedModel,
    trace: Trace,
    { position, room = ROOM, pause }: { position: number; room?: typeof ROOM; pause?: () => Promise<void> | void },
  ): Promise<Frozen> {
    const { config } = model;
    refuseBothWays(config);
    const count = position + 1;
    checkRoom(config, count, room.run);
    const { middles, heads, active, networks, took, last } = await runAgain(model, trace, count, pause);
    const layers: FrozenLayer[] = [];
    const scales = (streams: readonly Float32Array[]): number[] =>
      streams.map((stream) => 1 / deviationOf(config, stream));
    for (let l = 0; l < config.layers; l++) {
      const lease = await model.weights.layer(l);
      try {
        const found = Array.from({ length: count }, (_, at) => foundBy(trace, l, at));
        const read = config.parallelResidual ? found.map((stream) => stream.slice()) : middles[l];
        const { attentionPostNorm } = lease.layer;
        layers.push({
          read,
          readScale: scales(read),
          scale: scales(found),
          mixedScale: attentionPostNorm
            ? scales(heads[l].map((each) => attentionOutput(model, lease.layer, each)))
            : [],
          networksScale: networks[l],
          took: took[l].map((one) => tookOf(model, lease.layer, one)),
          active: active[l],
          ...(await outputScales(model, active[l], lease)),
        });
        heads[l] = [];
        took[l] = [];
      } finally {
        lease.release();
      }
      await pause?.();
    }
    return new Frozen(model, trace, layers, last, room.projections);
  }

  /**
   * What the stream before the layer is worth, by what that behind its mixing is; `constants`: what biases on the way add. The
   * layer is read of `model` where it is not unpacked any more. `lent`: from the layers behind, which were pulled through before.
   */
  async pull(
    model: LoadedModel,
    layer: number,
    after: Field,
    lent: Lent,
  ): Promise<{ before: Field; constants: number }> {
    const { toValues, fromValues } = await this.mixing(model, layer);
    const read = pullThrough(fromValues, after);
    const lender = this.lenderOf(layer);
    lent[lender] = plus(lent[lender] ?? [], read.before);
    if (lender !== layer) return { before: after, constants: read.constants };
    const { before, constants } = pullThrough(toValues, lent[layer]);
    return { before: plus(after, before), constants: read.constants + constants };
  }

  /** A change of the stream before the layer with what its mixing makes of it; `lent`: from the layers before. */
  async carry(model: LoadedModel, layer: number, before: Field, lent: Lent): Promise<Field> {
    const { toValues, fromValues } = await this.mixing(model, layer);
    const lender = this.lenderOf(layer);
    if (lender === layer) lent[layer] = carryThrough(toValues, before);
    return plus(before, carryThrough(fromValues, lent[lender] ?? []));
  }

  /** The same between what the networks leave and what the next layer finds: what the layer takes of tokens' own rows, and a factor. */
  async pullBehind(model: LoadedModel, layer: number, after: Field): Promise<{ before: Field; constants: number }> {
    const growth = this.growth(layer);
    const worth = growth === 1 ? after : factors(() => growth).pull(after);
    if (!this.hasOwnRows) return { before: worth, constants: 0 };
    const { before, constants } = pullThrough((await this.mixing(model, layer)).own, worth);
    return { before: plus(worth, before), constants };
  }

  async carryBehind(model: LoadedModel, layer: number, change: Field): Promise<Field> {
    const growth = this.growth(layer);
    const whole = this.hasOwnRows ? plus(change, carryThrough((await this.mixing(model, layer)).own, change)) : change;
    return growth === 1 ? whole : factors(() => growth).carry(whole);
  }

  /** Whose values the layer reads. */
  private lenderOf(layer: number): number {
    const { mixer } = this.model.config.shapes[layer];
    return (mixer.kind === 'attention' ? mixer.sharesWith : undefined) ?? layer;
  }

  private get hasOwnRows(): boolean {
    return this.model.config.perLayer !== undefined;
  }

  /** From what a network of the layer gives to what that adds to the stream. */
  behindNetwork(lease: Lease, layer: number, isShared: boolean): LinearStep[] {
    const { norm, residualScale } = this.model.config;
    const { networksScale, expertsScale, sharedScale } = this.layers[layer];
    const { moe, feedForwardPostNorm } = lease.layer;
    const own = isShared
      ? heldNorm(norm, moe?.shared?.postNorm, sharedScale)
      : heldNorm(norm, moe?.expertsPostNorm, expertsScale);
    return [...own, ...heldNorm(norm, feedForwardPostNorm, networksScale), factors(() => residualScale)];
  }

  /** What goes into the first layer. [embedding] */
  embedded(position: number): Float32Array {
    return foundBy(this.trace, 0, position);
  }

  /** What the stream is multiplied by behind a layer. */
  private growth(layer: number): number {
    return this.model.weights.layerScales?.[layer].f32[0] ?? 1;
  }

  /** Of the layer, unpacked from `model` where that is forgotten. */
  private async mixing(model: LoadedModel, l: number): Promise<Unpacked> {
    let found = this.unpacked.get(l);
    if (!found) {
      const lease = await model.weights.layer(l);
      const { scale, mixedScale } = this.layers[l];
      const { trace, reads, last } = this;
      const held = { model, trace, layer: lease.layer, l, count: last.length, scale, behind: mixedScale };
      try {
        const { steps, bytes } = ownRowSteps(model, lease.layer, this.layers[l].took);
        const mixing = mixingSteps({ ...held, reads: reads[l] });
        found = { ...mixing, own: steps, bytes: mixing.bytes + bytes };
      } finally {
        lease.release();
      }
    }
    this.unpacked.delete(l);
    this.unpacked.set(l, found);
    let bytes = 0;
    for (const [layer, own] of [...this.unpacked].reverse()) {
      bytes += own.bytes;
      if (bytes > this.keptBytes && layer !== l) this.unpacked.delete(layer);
    }
    return found;
  }
}

/** What the run keeps nowhere, of the first `count` tokens. */
async function runAgain(
  model: LoadedModel,
  trace: Trace,
  count: number,
  pause?: () => Promise<void> | void,
): Promise<{
  middles: Float32Array[][]; // [layers][count][embedding], the stream with what the mixer added
  heads: Float32Array[][]; // [layers][count][heads · headDim]
  active: ActiveExpert[][][]; // [layers][count]
  networks: number[][]; // [layers][count], 1 / the deviation of what the networks gave
  took: { stream: Float32Array; units: Float32Array }[][]; // [layers][count], where tokens have rows of their own
  last: Float32Array[]; // [count][embedding]
}> {
  const { config } = model;
  const d = config.embedding;
  const [middles, heads] = [0, 1].map(() => config.shapes.map((): Float32Array[] => []));
  const networks = config.shapes.map((): number[] => []);
  const active = config.shapes.map(() => Array.from({ length: count }, (): ActiveExpert[] => []));
  const took = config.shapes.map((): { stream: Float32Array; units: Float32Array }[] => []);
  const last: Float32Array[] = [];
  const streams: Float32Array[] = [];
  const eachRow = (
    values: Float32Array,
    width: number,
    { first, n }: { first: number; n: number },
    use: (at: number, row: Float32Array) => void,
  ): void => {
    for (let i = 0; i < n && first + i < count; i++) use(first + i, values.slice(i * width, (i + 1) * width));
  };
  const taps: Taps = {
    stream: (_, x, rows) => eachRow(x.f32, d, rows, (at, row) => (streams[at] = row)),
    heads: (l, own, rows) => {
      const { mixer } = config.shapes[l];
      eachRow(own.f32, mixer.heads * mixer.headDim, rows, (at, row) => (heads[l][at] = row));
    },
    mixed: (l, update, rows) =>
      eachRow(update.f32, d, rows, (at, row) => (middles[l][at] = row.map((value, i) => value + streams[at][i]))),
    pre: (l, units, { first }) => {
      for (let i = 0; i < units.count; i++) {
        const at = first + (units.rowIds ? units.rowIds.i32[i] : i);
        if (at < count) active[l][at].push(activeOf(config, units, i));
      }
    },
    networks: (l, update, rows) =>
      eachRow(update.f32, d, rows, (at, row) => (networks[l][at] = 1 / deviationOf(config, row))),
    took: (l, read, units, rows) => {
      const width = config.perLayer!;
      eachRow(read.f32, d, rows, (at, stream) => {
        const from = (at - rows.first) * width;
        took[l][at] = { stream, units: units.f32.slice(from, from + width) };
      });
    },
    last: (x, { n }) => eachRow(x.f32, d, { first: 0, n }, (at, row) => (last[at] = row)),
  };
  const again = new Trace(config, model.kernel, trace.ids.length, { keepResidual: false });
  try {
    await forward(model, again, trace.ids, { taps, afterChunk: pause });
  } finally {
    again.release();
  }
  return { middles, heads, active, networks, took, last };
}

/** What norms of their own behind experts divided by. Asks the lease for the networks that tokens went through, where there are such. */
async function outputScales(
  model: LoadedModel,
  active: readonly (readonly ActiveExpert[])[],
  lease: Lease,
): Promise<Pick<FrozenLayer, 'expertsScale' | 'sharedScale'>> {
  const { moe } = lease.layer;
  if (!moe?.expertsPostNorm && !moe?.shared?.postNorm) return { expertsScale: [], sharedScale: [] };
  const sums = [0, 1].map(() => active.map(() => new Float32Array(model.config.embedding)));
  await eachNetwork(lease, networksOf(active), (network, id) => {
    active.forEach((here, position) => {
      const one = here.find(({ expert }) => networkOf(expert) === id);
      if (!one) return;
      const into = sums[id === 'shared' ? 1 : 0][position];
      outputOf(model, network, Float32Array.from(one.values)).forEach((value, i) => (into[i] += value));
    });
  });
  const [expertsScale, sharedScale] = sums.map((rows) => rows.map((row) => 1 / deviationOf(model.config, row)));
  return { expertsScale, sharedScale };
}

/** The stream that layer `l` found at a token. [embedding] */
function foundBy(trace: Trace, l: number, at: number): Float32Array {
  const { embedding: d } = trace.config;
  return trace.layer(l).residual!.f32.subarray(at * d, (at + 1) * d);
}

/** Bytes that are held of a run of so many tokens: its streams, its neurons, its attention weights. */
function bytesOf({ embedding, shapes, perLayer = 0 }: LoadedModel['config'], tokens: number): number {
  let bytes = 0;
  for (const { mixer, feedForward } of shapes) {
    const neurons = Math.max(1, feedForward.expertsUsed) * feedForward.hidden + feedForward.sharedHidden;
    // Values are of eight bytes.
    const each = embedding + 4 * neurons + mixer.heads * mixer.headDim + (perLayer && embedding + 2 * perLayer);
    bytes += tokens * 4 * each + (8 * mixer.heads * tokens * (tokens + 1)) / 2;
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
