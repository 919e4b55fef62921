/** The bundled model at another precision: the same file, its matrices unpacked and rounded anew as they are loaded. */
import { BufferSource, type ByteSource } from '../../engine/formats/byteSource';
import { dequantize } from '../../engine/formats/dequantize';
import { byteLengthOf } from '../../engine/formats/ggmlTypes';
import { readGguf } from '../../engine/formats/gguf';
import type { GgufTensor } from '../../engine/formats/ggufTypes';
import { createKernel } from '../../engine/kernel/choose';
import { PLAIN_KERNEL } from '../../engine/kernel/kernel';
import type { Model } from '../../engine/model/model';
import type { LoadedModel } from '../../engine/model/load';
import { loadWeights, type LoadProgress } from '../../engine/model/loadWeights';
import type { Options, Precision, Work } from './options';
import { rounded, storedBytes, TYPE_OF } from './rounding';

const ROUTER = /ffn_gate_inp\.weight$/;
/** Its rows are looked up and multiplied with nothing, unless it is the output matrix, too. */
const EMBEDDING = 'token_embd.weight';

/** `file` is `base`'s GGUF file. Norms stay as they are, and the routers unless they are asked for. */
export async function modelAt(
  precision: Precision,
  { sharing, router }: Pick<Options, 'sharing' | 'router'>,
  file: Uint8Array,
  { config, tokenizer }: LoadedModel,
  onProgress: LoadProgress,
): Promise<{ model: Model; bytes: number; work: Work }> {
  const given = readGguf(new BufferSource(file));
  const rounds = ({ name, shape }: GgufTensor): boolean => shape.length > 1 && (router || !ROUTER.test(name));
  let bytes = 0;
  let size = 0;
  const work: Work = { perToken: 0, tokenBytes: 0, allBytes: 0 };
  const tensors = new Map<string, GgufTensor>();
  for (const tensor of given.tensors.values()) {
    const { cols, rows, count } = sizesOf(tensor);
    const changed = rounds(tensor);
    const type = changed ? TYPE_OF[precision] : tensor.type;
    const byteLength = byteLengthOf(type, cols * rows * count);
    tensors.set(tensor.name, { ...tensor, type, offset: size, byteLength });
    size += byteLength;
    const own = changed ? count * storedBytes(precision, sharing, rows, cols) : tensor.byteLength;
    bytes += own;
    if (tensor.shape.length === 1 || (tensor.name === EMBEDDING && given.tensors.has('output.weight'))) continue;
    const used = count > 1 ? config.expertsUsed / count : 1;
    work.perToken += cols * rows * count * used;
    work.tokenBytes += own * used;
    work.allBytes += own;
  }
  const source = new TensorSource(given.source.name, size, [...tensors.values()], ({ name }) => {
    const tensor = given.tensors.get(name)!;
    const own = given.source.read(tensor.offset, tensor.byteLength);
    return rounds(tensor) ? roundTensor(precision, sharing, tensor, own) : own;
  });
  const kernel = await createKernel(PLAIN_KERNEL);
  const weights = await loadWeights({ ...given, tensors, source }, config, kernel, tokenizer.vocabSize, onProgress);
  return { model: { config, weights, kernel }, bytes, work };
}

/** A file of tensors side by side, each made when it is read. */
class TensorSource implements ByteSource {
  private last: { tensor: GgufTensor; bytes: Uint8Array } | undefined;

  constructor(
    readonly name: string,
    readonly size: number,
    private readonly tensors: readonly GgufTensor[],
    private readonly make: (tensor: GgufTensor) => Uint8Array,
  ) {}

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (const tensor of this.tensors) {
      const [from, to] = [tensor.offset, tensor.offset + tensor.byteLength];
      if (to <= offset || from >= offset + length) continue;
      if (this.last?.tensor !== tensor) this.last = { tensor, bytes: this.make(tensor) };
      const part = this.last.bytes.subarray(Math.max(0, offset - from), offset + length - from);
      bytes.set(part, Math.max(0, from - offset));
    }
    return bytes;
  }

  readLater(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.read(offset, length));
  }

  check(): void {}
  close(): void {}
}

function sizesOf({ shape: [cols, rows = 1, count = 1] }: GgufTensor): { cols: number; rows: number; count: number } {
  return { cols, rows, count };
}

/** Experts lie one behind the other in one tensor; each is a matrix of its own. */
function roundTensor(
  precision: Precision,
  sharing: Options['sharing'],
  tensor: GgufTensor,
  bytes: Uint8Array,
): Uint8Array {
  const { cols, rows, count } = sizesOf(tensor);
  const weights = new Float32Array(cols * rows * count);
  dequantize(tensor.type, bytes, weights);
  const each = cols * rows;
  const out = new Uint8Array(byteLengthOf(TYPE_OF[precision], weights.length));
  for (let at = 0; at < count; at++) {
    const matrix = rounded(precision, sharing, rows, cols, weights.subarray(at * each, (at + 1) * each));
    out.set(matrix, at * matrix.length);
  }
  return out;
}
