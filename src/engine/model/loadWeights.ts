/**
 * Loads what a model's plan names. A layer is read when it is leased, and the next one's bytes while it computes: kept from
 * then on, or, where the model is larger than the memory that it may take, only as long as somebody works with it.
 */
import type { GgufFile } from '../formats/ggufTypes';
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig } from './config';
import { planOf } from './describe';
import { tokenRowsInFile } from './fileRows';
import { Loader, type InMemory, type LoaderPause } from './loader';
import type { ReadAhead } from './pieces';
import { checkPlan, leavesOf, type ModelPlan } from './plan';
import { inverseFrequencies } from './rope';
import type { Lease, Weights } from './weights';
import type { Layer, Rotation } from './layerWeights';

/** Called with the share of bytes loaded, 0 … 1; may wait, may throw to cancel. */
export type LoadProgress = (share: number) => Promise<void> | void;

/**
 * Everything at once, so that the file may be closed afterwards. Throws Problem model-invalid for a missing or misshapen
 * tensor, model-unsupported for one that is not known, out-of-memory when it does not fit.
 */
export async function loadWeights(
  file: GgufFile,
  config: ModelConfig,
  kernel: Kernel,
  vocabulary: number,
  onProgress: LoadProgress = () => {},
): Promise<Weights> {
  const pause = telling(file, onProgress);
  const weights = await openWeights(file, config, kernel, vocabulary, { pause });
  for (let l = 0; l < config.layers; l++) (await weights.layer(l, () => pause(0))).release();
  return weights;
}

/** Counts bytes and tells their share of the whole file. */
export function telling(file: GgufFile, onProgress: LoadProgress): LoaderPause {
  const bytesInAll = [...file.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  let bytesDone = 0;
  return (bytes) => onProgress(Math.min(1, (bytesDone += bytes) / bytesInAll));
}

export interface OpenOptions {
  /** Awaited between slices of what is read at once, with how many bytes of the file have come. */
  pause?: LoaderPause;
  /** Bytes of packed weights that are kept; of a larger model a layer at a time, and the next one's bytes. */
  memoryLimit?: number;
  /** Called when nothing is left to be read: the file may be closed. Never of a model that is larger than memory. */
  complete?: () => void;
}

/**
 * What every text needs first; each layer is read when somebody leases it, so the first ones run while others are still in
 * the file, which has to stay open until `complete`. Throws as `loadWeights` does; what was loaded is freed then.
 */
export async function openWeights(
  file: GgufFile,
  config: ModelConfig,
  kernel: Kernel,
  vocabulary: number,
  { pause = () => {}, memoryLimit = Infinity, complete = () => {} }: OpenOptions = {},
): Promise<Weights> {
  const plan = planOf(file, config, vocabulary);
  checkPlan(file, plan);
  const wanted = packedBytes(file, kernel, plan);
  const streams = wanted > memoryLimit;
  if (!streams) kernel.reserve(wanted);
  const loader = new Loader(file, kernel);
  const { tokenEmbedding, positionEmbedding, outputNorm, outputBias, output } = plan;
  // Where there is little memory, a text's own rows are read; the output matrix is needed in whole.
  const rowsInFile = streams && output !== undefined;
  const always = {
    ...(!rowsInFile && { tokenEmbedding }),
    ...(output && { output }),
    outputNorm,
    ...(outputBias && { outputBias }),
    ...(positionEmbedding && { positionEmbedding }),
    ropeFactors: plan.ropeFactors,
  };
  const { part: loaded, free } = await loader.tree<Always>(always, pause);
  try {
    const rotations = makeRotations(config, kernel, plan, loaded.ropeFactors);
    const layers = new Layers(loader, plan, rotations, streams, complete);
    const { tokenEmbedding: table } = loaded;
    return {
      tokenRows: table
        ? (out, ids, n) => kernel.rows(out, table, ids, n)
        : tokenRowsInFile(file, kernel, plan.tokenEmbedding),
      layer: (l, waiting) => layers.lease(l, waiting),
      ...(loaded.positionEmbedding && { positionEmbedding: loaded.positionEmbedding }),
      outputNorm: loaded.outputNorm,
      ...(loaded.outputBias && { outputBias: loaded.outputBias }),
      output: loaded.output ?? table!,
      ...(streams && { bytesPerPass: fileBytes(file, plan.layers) }),
    };
  } catch (thrown) {
    free();
    throw thrown;
  }
}

/** What every text needs. */
type Always = Pick<Weights, 'positionEmbedding' | 'outputNorm' | 'outputBias'> & {
  tokenEmbedding?: Weights['output'];
  output?: Weights['output'];
  ropeFactors: Buf[];
};

/** Layers in memory, each for those who lease it. */
class Layers {
  private readonly held: ({ layer: Promise<InMemory<Layer>>; users: number } | undefined)[] = [];
  private next: { l: number; reading: ReadAhead | undefined } | undefined;
  private missing: number;

  constructor(
    private readonly loader: Loader,
    private readonly plan: ModelPlan,
    private readonly rotations: readonly (Rotation | undefined)[],
    private readonly streams: boolean,
    private readonly complete: () => void,
  ) {
    this.missing = plan.layers.length;
  }

  /** What failed for one who waited (cancelled, no memory) is tried again by the others, and may be later. */
  async lease(l: number, pause: () => Promise<void> | void = () => {}): Promise<Lease> {
    for (;;) {
      const found = this.held[l];
      const held = found ?? (this.held[l] = { layer: this.read(l, pause), users: 0 });
      held.users++;
      try {
        const { part: layer, free } = await held.layer;
        let released = false;
        const release = (): void => {
          if (released) return;
          released = true;
          if (--held.users > 0 || !this.streams) return;
          this.held[l] = undefined;
          free();
        };
        return { layer, rotation: this.rotations[l], release };
      } catch (thrown) {
        if (this.held[l] === held) this.held[l] = undefined;
        if (!found) throw thrown;
        await pause();
      }
    }
  }

  private async read(l: number, pause: () => Promise<void> | void): Promise<InMemory<Layer>> {
    const begun = this.next?.l === l ? this.next.reading : undefined;
    this.next = undefined;
    const layer = await this.loader.tree<Layer>(this.plan.layers[l], pause, begun);
    if (!this.streams && --this.missing === 0) {
      this.loader.close();
      this.complete();
    } else if (l + 1 < this.plan.layers.length && !this.held[l + 1]) {
      this.next = { l: l + 1, reading: this.loader.ahead(this.plan.layers[l + 1]) };
    }
    return layer;
  }
}

/** One for each layer; layers that turn alike share it. `factors`: of plan.ropeFactors. */
function makeRotations(
  { shapes }: ModelConfig,
  kernel: Kernel,
  { ropeFactors }: ModelPlan,
  factors: readonly Buf[],
): (Rotation | undefined)[] {
  const made = new Map<string, Rotation>();
  return shapes.map(({ mixer }) => {
    if (mixer.kind !== 'attention' || !mixer.rope) return undefined;
    const { rope } = mixer;
    const key = JSON.stringify(rope);
    let rotation = made.get(key);
    if (!rotation) {
      const frequencies = (tensor?: string): Buf => {
        const named = ropeFactors.findIndex(({ name }) => name === tensor);
        const values = inverseFrequencies(rope, named < 0 ? undefined : factors[named].f32);
        const buf = kernel.alloc(values.length);
        buf.f32.set(values);
        return buf;
      };
      const { long } = rope;
      rotation = { inverseFrequencies: frequencies(rope.factors), magnitude: rope.magnitude };
      if (long) rotation.long = { inverseFrequencies: frequencies(long.factors), beyond: long.beyond };
      made.set(key, rotation);
    }
    return rotation;
  });
}

function packedBytes(file: GgufFile, kernel: Kernel, plan: ModelPlan): number {
  return leavesOf(plan).reduce((sum, { planned }) => {
    if (planned.kind === 'vector') return sum + 4 * planned.length;
    return sum + kernel.matrixBytes(file.tensors.get(planned.name)!.type, planned.rows, planned.cols);
  }, 0);
}

/** Bytes of the tensors of a part of the plan. */
function fileBytes(file: GgufFile, part: unknown): number {
  const names = new Set(leavesOf(part).map(({ planned }) => planned.name));
  return [...names].reduce((sum, name) => sum + file.tensors.get(name)!.byteLength, 0);
}
