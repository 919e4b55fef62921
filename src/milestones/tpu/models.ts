/** The bundled model at another precision: the same file, its matrices unpacked and rounded anew as they are loaded. */
import { BufferSource, type ByteSource } from '../../engine/formats/byteSource';
import { dequantize } from '../../engine/formats/dequantize';
import { byteLengthOf } from '../../engine/formats/ggmlTypes';
import { readGguf } from '../../engine/formats/gguf';
import type { GgufTensor } from '../../engine/formats/ggufTypes';
import { createKernel } from '../../engine/kernel/choose';
import type { Model } from '../../engine/model/model';
import type { LoadedModel } from '../../engine/model/load';
import { loadWeights, type LoadProgress } from '../../engine/model/loadWeights';
import type { Options, Precision } from './options';
import { rounded, storedBytes, TYPE_OF } from './rounding';

const ROUTER = /ffn_gate_inp\.weight$/;

/** `file` is `base`'s GGUF file. Norms stay as they are, and the routers unless they are asked for. */
export async function modelAt(
  precision: Precision,
  { sharing, router }: Pick<Options, 'sharing' | 'router'>,
  file: Uint8Array,
  { config, tokenizer }: LoadedModel,
  onProgress: LoadProgress,
): Promise<{ model: Model; bytes: number }> {
  const given = readGguf(new BufferSource(file));
  const rounds = ({ name, shape }: GgufTensor): boolean => shape.length > 1 && (router || !ROUTER.test(name));
  const byOffset = new Map([...given.tensors.values()].map((tensor) => [tensor.offset, tensor]));
  const source: ByteSource = {
    ...{ name: given.source.name, size: given.source.size, close: () => {} },
    read(offset) {
      const tensor = byOffset.get(offset)!;
      const bytes = given.source.read(offset, tensor.byteLength);
      return rounds(tensor) ? roundTensor(precision, sharing, tensor, bytes) : bytes;
    },
  };
  let bytes = 0;
  const tensors = new Map<string, GgufTensor>();
  for (const tensor of given.tensors.values()) {
    const { cols, rows, count } = sizesOf(tensor);
    const changed = rounds(tensor);
    const type = changed ? TYPE_OF[precision] : tensor.type;
    tensors.set(tensor.name, { ...tensor, type, byteLength: byteLengthOf(type, cols * rows * count) });
    bytes += changed ? count * storedBytes(precision, sharing, rows, cols) : tensor.byteLength;
  }
  const kernel = await createKernel();
  const weights = await loadWeights({ ...given, tensors, source }, config, kernel, tokenizer.vocabSize, onProgress);
  return { model: { config, weights, kernel }, bytes };
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
