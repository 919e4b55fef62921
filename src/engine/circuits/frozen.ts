/**
 * One run with everything that is not linear held as it was: attention weights or implied influence, norms' scales, gates,
 * routing. Along what is left a direction is pulled back through a layer, and a write is carried forward, exactly.
 */
import { Problem, type ProblemDetails } from '../../protocol/problem';
import { forward } from '../model/forward';
import { refuseBothWays } from '../model/bothWays';
import type { Layer } from '../model/layerWeights';
import type { LoadedModel } from '../model/load';
import type { Taps } from '../model/rows';
import type { Lease } from '../model/weights';
import { Trace } from '../trace/trace';
import { attentionOutput, deviationOf } from '../reading/direction';
import { activeIn, type ActiveExpert } from './active';
import { carryThrough, factors, heldNorm, plus, pullThrough, type Field, type LinearStep } from './linear';
import { mixingSteps, type Read } from './mixing';

export interface FrozenLayer {
  scale: number[]; // [tokens], 1 / what the norm before the mixer divided by
  mixedScale: number[]; // [tokens], 1 / what the norm behind it divided by
  read: Float32Array[]; // [tokens][embedding], the stream that the feed-forward part read
  readScale: number[]; // [tokens], 1 / what the norm before that part divided by
  networksScale: number[]; // [tokens], 1 / what the norm behind it divided by
  active: ActiveExpert[][]; // [tokens]
}

/** Bytes: of unpacked projections that are kept beside the layer's, of all else that is held of a run at most. */
const ROOM = { projections: 256 * 2 ** 20, run: 2 ** 30 };

interface Unpacked {
  steps: LinearStep[];
  bytes: number;
}

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
    const count = position + 1;
    checkRoom(config, count, room.run);
    const { middles, heads, networks, last } = await runAgain(model, trace, count, pause);
    const layers: FrozenLayer[] = [];
    const scales = (streams: readonly Float32Array[]): number[] =>
      streams.map((stream) => 1 / deviationOf(config, stream));
    for (let l = 0; l < config.layers; l++) {
      const lease = await model.weights.layer(l);
      try {
        refuseUnlike(model, lease.layer, l);
        const found = Array.from({ length: count }, (_, at) => foundBy(trace, l, at));
        const read = config.parallelResidual ? found.map((stream) => stream.slice()) : middles[l];
        const own = { read, readScale: scales(read) };
        const { attentionPostNorm } = lease.layer;
        layers.push({
          ...own,
          scale: scales(found),
          mixedScale: attentionPostNorm
            ? scales(heads[l].map((each) => attentionOutput(model, lease.layer, each)))
            : [],
          networksScale: networks[l],
          active: await activeIn(model, trace, l, own, lease),
        });
        heads[l] = [];
      } finally {
        lease.release();
      }
      await pause?.();
    }
    return new Frozen(model, trace, layers, last, room.projections);
  }

  /**
   * What the stream before the layer is worth, by what that behind its mixing is; `constants`: what biases on the way add. The
   * layer is read of `model` where it is not unpacked any more.
   */
  async pull(model: LoadedModel, layer: number, after: Field): Promise<{ before: Field; constants: number }> {
    const { before, constants } = pullThrough((await this.mixing(model, layer)).steps, after);
    return { before: plus(after, before), constants };
  }

  /** A change of the stream before the layer with what its mixing makes of it. */
  async carry(model: LoadedModel, layer: number, before: Field): Promise<Field> {
    return plus(before, carryThrough((await this.mixing(model, layer)).steps, before));
  }

  /** From what the layer's networks give together to what they add to the stream. */
  behindNetworks(lease: Lease, layer: number): LinearStep[] {
    const { config } = this.model;
    const { networksScale } = this.layers[layer];
    const norm = heldNorm(config.norm, lease.layer.feedForwardPostNorm, networksScale);
    return [...norm, factors(() => config.residualScale)];
  }

  /** What goes into the first layer. [embedding] */
  embedded(position: number): Float32Array {
    return foundBy(this.trace, 0, position);
  }

  /** What the stream is multiplied by behind a layer. */
  growth(layer: number): number {
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
        found = mixingSteps({ ...held, reads: reads[l] });
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
  networks: number[][]; // [layers][count], 1 / the deviation of what the networks gave
  last: Float32Array[]; // [count][embedding]
}> {
  const { config } = model;
  const d = config.embedding;
  const [middles, heads] = [0, 1].map(() => config.shapes.map((): Float32Array[] => []));
  const networks = config.shapes.map((): number[] => []);
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
    networks: (l, update, rows) =>
      eachRow(update.f32, d, rows, (at, row) => (networks[l][at] = 1 / deviationOf(config, row))),
    last: (x, { n }) => eachRow(x.f32, d, { first: 0, n }, (at, row) => (last[at] = row)),
  };
  const again = new Trace(config, model.kernel, trace.ids.length, { keepResidual: false });
  try {
    await forward(model, again, trace.ids, { taps, afterChunk: pause });
  } finally {
    again.release();
  }
  return { middles, heads, networks, last };
}

/** The stream that layer `l` found at a token. [embedding] */
function foundBy(trace: Trace, l: number, at: number): Float32Array {
  const { embedding: d } = trace.config;
  return trace.layer(l).residual!.f32.subarray(at * d, (at + 1) * d);
}

const UNLIKE: Record<ProblemDetails['circuit-unlike']['part'], string> = {
  'lent-values': 'values are those of another layer',
  'own-rows': 'something of each token’s row in a table of its own is added',
  'norms-of-experts': 'experts have norms of their own',
};

/** Parts that no step here leads through. */
function refuseUnlike({ config }: LoadedModel, { perLayer, moe }: Layer, layer: number): void {
  const { mixer } = config.shapes[layer];
  const refuse = (part: keyof typeof UNLIKE): never => {
    const { architecture } = config;
    const message = `A circuit of ${architecture} cannot be drawn: in layer ${layer}, ${UNLIKE[part]}.`;
    throw new Problem('circuit-unlike', message, { architecture, layer, part });
  };
  if (perLayer) refuse('own-rows');
  if (mixer.kind === 'attention' && mixer.sharesWith !== undefined) refuse('lent-values');
  if (moe?.expertsPostNorm || moe?.shared?.norm) refuse('norms-of-experts');
}

/** Bytes that are held of a run of so many tokens: its streams, its neurons, its attention weights. */
function bytesOf({ embedding, shapes }: LoadedModel['config'], tokens: number): number {
  let bytes = 0;
  for (const { mixer, feedForward } of shapes) {
    const neurons = Math.max(1, feedForward.expertsUsed) * feedForward.hidden + feedForward.sharedHidden;
    const each = embedding + 2 * neurons + mixer.heads * mixer.headDim;
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
