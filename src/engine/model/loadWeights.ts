/** Loads what a model's plan names: a layer when it is leased for the first time, and kept from then on. */
import { Problem } from '../../protocol/problem';
import { BLOCK_LAYOUT } from '../formats/ggmlTypes';
import type { GgufFile, GgufTensor } from '../formats/ggufTypes';
import type { Buf, Kernel, Matrix } from '../kernel/kernel';
import type { ModelConfig } from './config';
import { planOf } from './describe';
import { inverseFrequencies } from './rope';
import {
  checkPlan,
  leavesOf,
  mapPlan,
  type ModelPlan,
  type Plan,
  type PlannedMatrix,
  type PlannedVector,
} from './plan';
import type { Layer, Lease, Norm, Rotation, Weights } from './weights';

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
  onProgress?: LoadProgress,
): Promise<Weights> {
  const weights = await openWeights(file, config, kernel, vocabulary, onProgress);
  for (let l = 0; l < config.layers; l++) (await weights.layer(l)).release();
  return weights;
}

/**
 * What every text needs first; each layer is read when somebody leases it, so the first ones run while others are still in
 * the file, which has to stay open until all have been leased. Throws as `loadWeights` does.
 */
export async function openWeights(
  file: GgufFile,
  config: ModelConfig,
  kernel: Kernel,
  vocabulary: number,
  onProgress: LoadProgress = () => {},
): Promise<Weights> {
  const plan = planOf(file, config, vocabulary);
  checkPlan(file, plan);
  const loader = new Loader(file, kernel, plan, onProgress);
  const tokenEmbedding = (await loader.load(plan.tokenEmbedding)) as Matrix;
  const rotations = await loadRotations(loader, config, kernel, plan);
  const leases: (Promise<Lease> | undefined)[] = [];
  const read = async (l: number): Promise<Lease> => {
    const layer = await loader.tree<Layer>(plan.layers[l]);
    return { layer, rotation: rotations[l], release: () => {} };
  };
  return {
    tokenEmbedding,
    layer(l) {
      const found = leases[l];
      if (found) return found;
      const lease = read(l);
      leases[l] = lease;
      // What failed (cancelled, no memory) may be tried again.
      lease.catch(() => (leases[l] = undefined));
      return lease;
    },
    ...(plan.positionEmbedding && { positionEmbedding: (await loader.load(plan.positionEmbedding)) as Matrix }),
    outputNorm: await loader.tree<Norm>(plan.outputNorm),
    output: plan.output ? ((await loader.load(plan.output)) as Matrix) : tokenEmbedding,
  };
}

/** One for each layer; layers that turn alike share it. */
async function loadRotations(
  loader: Loader,
  { shapes }: ModelConfig,
  kernel: Kernel,
  { ropeFactors }: ModelPlan,
): Promise<(Rotation | undefined)[]> {
  const made = new Map<string, Rotation>();
  const rotations: (Rotation | undefined)[] = [];
  for (const { mixer } of shapes) {
    if (!mixer.rope) {
      rotations.push(undefined);
      continue;
    }
    const key = JSON.stringify(mixer.rope);
    let rotation = made.get(key);
    if (!rotation) {
      const planned = ropeFactors.find(({ name }) => name === mixer.rope?.factors);
      const factors = planned && ((await loader.load(planned)) as Buf);
      const values = inverseFrequencies(mixer.rope, factors?.f32);
      rotation = { inverseFrequencies: kernel.alloc(values.length), magnitude: mixer.rope.magnitude };
      rotation.inverseFrequencies.f32.set(values);
      made.set(key, rotation);
    }
    rotations.push(rotation);
  }
  return rotations;
}

class Loader {
  private bytesDone = 0;
  private readonly bytesInAll: number;
  /** The tensor read last: matrices that lie in one follow each other. */
  private last: { name: string; bytes: Uint8Array } | undefined;

  constructor(
    private readonly file: GgufFile,
    private readonly kernel: Kernel,
    plan: ModelPlan,
    private readonly onProgress: LoadProgress,
  ) {
    const names = new Set(leavesOf(plan).map(({ planned }) => planned.name));
    this.bytesInAll = [...names].reduce((sum, name) => sum + file.tensors.get(name)!.byteLength, 0);
  }

  /** All of a part of the plan, tensor by tensor as they lie in the file; nothing when something throws. */
  async tree<Part>(plan: Plan<Part>): Promise<Part> {
    const offset = (planned: PlannedMatrix | PlannedVector): number => this.file.tensors.get(planned.name)!.offset;
    const leaves = leavesOf(plan).map(({ planned }) => planned);
    leaves.sort((a, b) => offset(a) - offset(b) || a.first - b.first);
    const loaded = new Map<PlannedMatrix | PlannedVector, Matrix | Buf>();
    try {
      for (const planned of leaves) loaded.set(planned, await this.load(planned));
      return mapPlan(plan, (planned) => loaded.get(planned)!) as Part;
    } catch (thrown) {
      for (const [{ kind }, part] of loaded) {
        if (kind === 'matrix') this.kernel.freeMatrix(part as Matrix);
        else this.kernel.free(part as Buf);
      }
      throw thrown;
    }
  }

  /** Throws as `loadWeights`, and Problem weights-broken where a weight is NaN or infinite. */
  async load(planned: PlannedMatrix | PlannedVector): Promise<Matrix | Buf> {
    try {
      return await this.packed(planned);
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'weights-broken') thrown.detail.file = this.file.source.name;
      throw thrown;
    }
  }

  private async packed(planned: PlannedMatrix | PlannedVector): Promise<Matrix | Buf> {
    const tensor = this.file.tensors.get(planned.name)!;
    const bytes = await this.bytes(tensor);
    if (planned.kind === 'vector') {
      const { length, first, whole } = planned;
      if (length === whole) return this.kernel.loadVector(tensor.type, length, bytes, tensor.name);
      const part = bytes.subarray((bytes.length / whole) * first, (bytes.length / whole) * (first + length));
      return this.kernel.loadVector(tensor.type, length, part, tensor.name);
    }
    const { rows, cols, first, shape } = planned;
    const block = BLOCK_LAYOUT[tensor.type].weights;
    if (cols % block !== 0) {
      throw new Problem('model-invalid', `Tensor “${tensor.name}”: rows of ${cols} are not whole blocks of ${block}.`, {
        file: this.file.source.name,
        subject: tensor.name,
        offset: tensor.offset,
      });
    }
    const rowBytes = bytes.length / shape.slice(1).reduce((product, size) => product * size, 1);
    const part = bytes.subarray(first * rowBytes, (first + rows) * rowBytes);
    return this.kernel.loadMatrix(tensor.type, rows, cols, part, tensor.name);
  }

  private async bytes(tensor: GgufTensor): Promise<Uint8Array> {
    if (this.last?.name === tensor.name) return this.last.bytes;
    this.last = undefined; // its memory may be needed for the next
    await this.onProgress(this.bytesDone / this.bytesInAll);
    const bytes = this.file.source.read(tensor.offset, tensor.byteLength);
    this.last = { name: tensor.name, bytes };
    this.bytesDone += tensor.byteLength;
    return bytes;
  }
}
