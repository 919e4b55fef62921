/**
 * Which tensors a model is made of: a tree in the form of its weights whose leaves are tensors still in the file, with the
 * shape that each must have. What loads, what is refused, and what the model card counts all come from it.
 */
import { Problem } from '../../protocol/problem';
import type { GgufFile, GgufTensor } from '../formats/ggufTypes';
import type { Buf, Matrix } from '../kernel/kernel';
import type { ModelConfig } from './config';
import type { Layer, Norm } from './layerWeights';

/** W[rows][cols]: a tensor, or `rows` of its rows from `first` on. */
export interface PlannedMatrix {
  kind: 'matrix';
  name: string;
  rows: number;
  cols: number;
  /** Shape of the whole tensor in ggml's order, and where these rows begin among all its rows. */
  shape: readonly number[];
  first: number;
  /** Where they do not follow one another: so many do, of so many. */
  dealt?: { rows: number; of: number };
  /** So many matrices of the same size, one below the other, each of which the tensor holds transposed. */
  transposed?: number;
}

export interface PlannedVector {
  kind: 'vector';
  name: string;
  length: number;
  /** Length of the whole tensor, and where this part begins; `shape` where the tensor has several dimensions. */
  whole: number;
  shape?: readonly number[];
  first: number;
  /** In no file: every number is 1 (a norm without weights). */
  ones?: true;
}

export type Plan<Weights> = Weights extends Matrix
  ? PlannedMatrix
  : Weights extends Buf
    ? PlannedVector
    : Weights extends readonly (infer Item)[]
      ? Plan<Item>[]
      : { [Key in keyof Weights]: Plan<Weights[Key]> };

export interface ModelPlan {
  tokenEmbedding: PlannedMatrix;
  positionEmbedding?: PlannedMatrix;
  embeddingNorm?: Plan<Norm>;
  layers: Plan<Layer>[];
  perLayer?: { table: PlannedMatrix; projection: PlannedMatrix; norm: Plan<Norm> };
  /** [layers] What the stream is multiplied by behind each. */
  layerScales?: PlannedVector[];
  typeEmbedding?: PlannedVector;
  outputNorm?: Plan<Norm>;
  /** Added to the logits. */
  outputBias?: PlannedVector;
  /** Left out where the token embedding serves as output, too. */
  output?: PlannedMatrix;
  /** Factors of the rotary frequencies, by tensor name. */
  ropeFactors: PlannedVector[];
  /** Tensors that change nothing. */
  ignored: string[];
}

/** Names tensors of one layer, or (without a prefix) of the whole model, with their shapes. */
export class TensorNames {
  constructor(
    private readonly file: GgufFile,
    private readonly prefix = '',
  ) {}

  /** Those of one of the file's blocks. */
  ofBlock(block: number): TensorNames {
    return new TensorNames(this.file, `blk.${block}.`);
  }

  has(name: string): boolean {
    return this.file.tensors.has(this.prefix + name);
  }

  matrix(name: string, rows: number, cols: number): PlannedMatrix {
    return { kind: 'matrix', name: this.prefix + name, rows, cols, shape: [cols, rows], first: 0 };
  }

  /** Several matrices of the same inputs, one behind the other in one tensor. */
  stacked(name: string, rows: readonly number[], cols: number): PlannedMatrix[] {
    const all = rows.reduce((sum, count) => sum + count, 0);
    let first = 0;
    return rows.map((count) => {
      first += count;
      return { kind: 'matrix', name: this.prefix + name, rows: count, cols, shape: [cols, all], first: first - count };
    });
  }

  /** Several matrices whose rows take turns in one tensor: each[0] rows of the first, each[1] of the second … `times` over. */
  dealt(name: string, each: readonly number[], times: number, cols: number): PlannedMatrix[] {
    const of = each.reduce((sum, rows) => sum + rows, 0);
    let first = 0;
    return each.map((rows) => {
      const shared = { kind: 'matrix', name: this.prefix + name, cols, shape: [cols, of * times] } as const;
      first += rows;
      return { ...shared, rows: rows * times, first: first - rows, dealt: { rows, of } };
    });
  }

  /** `count` matrices W[rows][cols], one below the other; the tensor of three dimensions holds each transposed. */
  transposed(name: string, rows: number, cols: number, count: number): PlannedMatrix {
    const all = { rows: rows * count, cols, shape: [rows, cols, count] };
    return { kind: 'matrix', name: this.prefix + name, ...all, first: 0, transposed: count };
  }

  /** `count` matrices W[rows][cols] in a tensor of three dimensions. */
  matrices(name: string, rows: number, cols: number, count: number): PlannedMatrix[] {
    const shape = [cols, rows, count];
    return Array.from({ length: count }, (_, i) => {
      return { kind: 'matrix', name: this.prefix + name, rows, cols, shape, first: i * rows };
    });
  }

  /** The same as one matrix, one below the other. */
  tall(name: string, rows: number, cols: number, count: number): PlannedMatrix {
    return { ...this.matrix(name, rows * count, cols), shape: [cols, rows, count] };
  }

  /** The same of vectors; `cols`: of the rows of a matrix that is read as vectors. */
  stackedVectors(name: string, lengths: readonly number[], cols?: number): PlannedVector[] {
    const whole = lengths.reduce((sum, length) => sum + length, 0);
    const shape = cols === undefined ? {} : { shape: [cols, whole / cols] };
    let first = 0;
    return lengths.map((length) => {
      first += length;
      return { kind: 'vector', name: this.prefix + name, length, whole, first: first - length, ...shape };
    });
  }

  /** `count` vectors in a tensor of two dimensions; undefined where there is none. */
  vectorsIfThere(name: string, length: number, count: number): PlannedVector[] | undefined {
    if (!this.has(name)) return undefined;
    const shape = [length, count];
    return Array.from({ length: count }, (_, i) => {
      return { kind: 'vector', name: this.prefix + name, length, whole: length * count, shape, first: i * length };
    });
  }

  vector(name: string, length: number): PlannedVector {
    return { kind: 'vector', name: this.prefix + name, length, whole: length, first: 0 };
  }

  vectorIfThere(name: string, length: number): PlannedVector | undefined {
    return this.has(name) ? this.vector(name, length) : undefined;
  }

  /** A norm's weight, and its bias where there is one. */
  norm(name: string, length: number): Plan<Norm> {
    const bias = this.vectorIfThere(`${name}.bias`, length);
    return { weight: this.vector(`${name}.weight`, length), ...(bias && { bias }) };
  }
}

/** A norm without weights of its own. */
export const plainNorm = (length: number): Plan<Norm> => ({
  weight: { kind: 'vector', name: '', length, whole: length, first: 0, ones: true },
});

/** The tree with every leaf replaced. */
export function mapPlan(node: unknown, leaf: (planned: PlannedMatrix | PlannedVector) => Matrix | Buf): unknown {
  if (node === undefined || node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map((item) => mapPlan(item, leaf));
  const { kind } = node as { kind?: string };
  if (kind === 'matrix' || kind === 'vector') return leaf(node as PlannedMatrix | PlannedVector);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, mapPlan(value, leaf)]));
}

/** Every leaf that is in the file, with its role, the path to it: "layers.3.mixer.wq". */
export function leavesOf(node: unknown, role = ''): { role: string; planned: PlannedMatrix | PlannedVector }[] {
  if (node === undefined || node === null || typeof node !== 'object') return [];
  const { kind } = node as { kind?: string };
  if (kind === 'matrix' || kind === 'vector') {
    return 'ones' in node ? [] : [{ role, planned: node as PlannedMatrix | PlannedVector }];
  }
  return Object.entries(node).flatMap(([key, value]) => leavesOf(value, role ? `${role}.${key}` : key));
}

/**
 * Throws Problem model-invalid for a tensor that is missing or has another shape, model-unsupported for one that the plan
 * does not know: it would be passed over, and the model computed wrongly.
 */
export function checkPlan(file: GgufFile, plan: ModelPlan): void {
  const known = new Set(plan.ignored);
  for (const { role, planned } of leavesOf(plan)) {
    known.add(planned.name);
    checkTensor(file, planned, role);
  }
  for (const name of file.tensors.keys()) {
    if (known.has(name)) continue;
    throw new Problem('model-unsupported', `The model has a tensor that is not supported: “${name}”.`, {
      file: file.source.name,
      subject: name,
    });
  }
}

function checkTensor(file: GgufFile, planned: PlannedMatrix | PlannedVector, role: string): void {
  const { name } = planned;
  const tensor = file.tensors.get(name);
  if (!tensor) {
    throw new Problem('model-invalid', `The model has no tensor “${name}” (${role}).`, {
      file: file.source.name,
      subject: name,
    });
  }
  const wanted = planned.kind === 'matrix' ? planned.shape : (planned.shape ?? [planned.whole]);
  if (plain(wanted) === plain(tensor.shape)) return;
  throw new Problem(
    'model-invalid',
    `Tensor “${name}” (${role}) is ${tensor.shape.join('×')}; expected ${wanted.join('×')}.`,
    { file: file.source.name, subject: name, offset: tensor.offset },
  );
}

/** Trailing ones do not count. */
const plain = (shape: readonly number[]): string => shape.join('×').replace(/(×1)+$/, '');

/** Of all tensors: how many numbers there are, and how many of them take part in one token's computation. */
export function countParameters(
  file: GgufFile,
  plan: ModelPlan,
  { shapes }: ModelConfig,
): [all: number, active: number] {
  const numbers = ({ shape }: GgufTensor): number => shape.reduce((product, size) => product * size, 1);
  const all = [...file.tensors.values()].reduce((sum, tensor) => sum + numbers(tensor), 0);
  let idle = 0;
  plan.layers.forEach(({ moe }, l) => {
    const { experts, expertsUsed } = shapes[l].feedForward;
    if (!moe) return;
    const inExperts = leavesOf(moe.experts).reduce((sum, { planned }) => {
      return sum + (planned.kind === 'matrix' ? planned.rows * planned.cols : planned.length);
    }, 0);
    idle += inExperts * (1 - expertsUsed / experts);
  });
  return [all, Math.round(all - idle)];
}
