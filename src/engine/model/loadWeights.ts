/**
 * Loads what a model's plan names: what every text needs at once, layers when they are leased (layers.ts), which are kept,
 * or, where the model is larger than the memory that it may take, read again each time.
 */
import { Problem } from '../../protocol/problem';
import { byteCount } from '../../shared/modelFigures';
import type { GgufFile } from '../formats/ggufTypes';
import type { Buf, Kernel, Matrix } from '../kernel/kernel';
import type { ModelConfig } from './config';
import { planOf } from './describe';
import { tokenRowsInFile } from './fileRows';
import { Layers } from './layers';
import { Loader, packedType, type LoaderPause } from './loader';
import { outputInMemory, outputInSlices } from './output';
import { checkPlan, leavesOf, type ModelPlan, type PlannedMatrix } from './plan';
import { inverseFrequencies } from './rope';
import { Units } from './units';
import type { Weights } from './weights';
import type { Norm, Rotation } from './layerWeights';

/** Bytes of packed weights that are read and freed together, where there is more than one. */
const SLOT = 64 * 2 ** 20;

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
  /**
   * Bytes of packed weights that are kept; of a larger model, or where the system has no such memory, a part of a layer at a
   * time, and the next one's bytes. Not given: all of them are.
   */
  memoryLimit?: number;
  /** Bytes of such parts. */
  slotBytes?: number;
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
  { pause = () => {}, memoryLimit, slotBytes = SLOT, complete = () => {} }: OpenOptions = {},
): Promise<Weights> {
  const plan = planOf(file, config, vocabulary);
  checkPlan(file, plan);
  const wanted = packedBytes(file, kernel, plan);
  const streams = wanted > (memoryLimit ?? Infinity) || !kernel.reserve(wanted);
  if (streams && memoryLimit === undefined) {
    const words = `There is not enough memory for the weights of “${file.source.name}”, ${byteCount(wanted)}.`;
    throw new Problem('out-of-memory', words, { weights: wanted });
  }
  const loader = new Loader(file, kernel);
  const { tokenEmbedding, positionEmbedding, typeEmbedding, embeddingNorm, layerScales, perLayer } = plan;
  const { outputNorm, outputBias, output } = plan;
  // Where there is little memory, a text's own rows are read, and the output matrix in slices.
  const always = {
    ...(!streams && { tokenEmbedding, ...(output && { output }), ...(perLayer && { perLayerTable: perLayer.table }) }),
    ...(perLayer && { perLayer: { projection: perLayer.projection, norm: perLayer.norm } }),
    ...(outputNorm && { outputNorm }),
    ...(outputBias && { outputBias }),
    ...(positionEmbedding && { positionEmbedding }),
    ...(typeEmbedding && { typeEmbedding }),
    ...(embeddingNorm && { embeddingNorm }),
    ...(layerScales && { layerScales }),
    ropeFactors: plan.ropeFactors,
  };
  const { part: loaded, free } = await loader.tree<Always>(always, pause);
  try {
    const rotations = makeRotations(config, kernel, plan, loaded.ropeFactors);
    const sizeOf = (part: unknown): number => packedBytes(file, kernel, part);
    const units = new Units(loader, streams ? undefined : { missing: plan.layers.length, complete });
    const layers = new Layers(units, plan.layers, rotations, streams ? { sizeOf, slotBytes } : undefined);
    const { tokenEmbedding: table } = loaded;
    const rowsOf = (inMemory: Matrix | undefined, planned: PlannedMatrix): Weights['tokenRows'] =>
      inMemory ? (out, ids, n) => kernel.rows(out, inMemory, ids, n) : tokenRowsInFile(loader, kernel, planned);
    const words = output ?? tokenEmbedding;
    return {
      tokenRows: rowsOf(table, tokenEmbedding),
      ...(perLayer && { perLayer: { ...loaded.perLayer!, rows: rowsOf(loaded.perLayerTable, perLayer.table) } }),
      layer: (l, waiting) => layers.lease(l, waiting),
      ...(loaded.positionEmbedding && { positionEmbedding: loaded.positionEmbedding }),
      ...(loaded.typeEmbedding && { typeEmbedding: loaded.typeEmbedding }),
      ...(loaded.embeddingNorm && { embeddingNorm: loaded.embeddingNorm }),
      ...(loaded.layerScales && { layerScales: loaded.layerScales }),
      ...(loaded.outputNorm && { outputNorm: loaded.outputNorm }),
      ...(loaded.outputBias && { outputBias: loaded.outputBias }),
      output: table
        ? outputInMemory(kernel, loaded.output ?? table)
        : outputInSlices(units, loader, words, Math.floor((slotBytes * words.rows) / sizeOf(words))),
      ...(streams && { bytesPerPass: fileBytes(file, config.headless ? plan.layers : [plan.layers, words]) }),
    };
  } catch (thrown) {
    free();
    throw thrown;
  }
}

/** What every text needs. */
type Always = Pick<Weights, 'positionEmbedding' | 'typeEmbedding' | 'embeddingNorm' | 'outputNorm' | 'outputBias'> & {
  layerScales?: Buf[];
  perLayer?: { projection: Matrix; norm: Norm };
  perLayerTable?: Matrix;
  /** Neither of a model that is larger than memory. */
  tokenEmbedding?: Matrix;
  output?: Matrix;
  ropeFactors: Buf[];
};

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

/** Bytes that a part of the plan takes in memory; what stands in two places of it is there once. */
function packedBytes(file: GgufFile, kernel: Kernel, part: unknown): number {
  return [...new Set(leavesOf(part).map(({ planned }) => planned))].reduce((sum, planned) => {
    if (planned.kind === 'vector') return sum + 4 * planned.length;
    const type = packedType(planned, file.tensors.get(planned.name)!);
    return sum + kernel.matrixBytes(type, planned.rows, planned.cols);
  }, 0);
}

/** Bytes of the tensors of a part of the plan. */
function fileBytes(file: GgufFile, part: unknown): number {
  const names = new Set(leavesOf(part).map(({ planned }) => planned.name));
  return [...names].reduce((sum, name) => sum + file.tensors.get(name)!.byteLength, 0);
}
