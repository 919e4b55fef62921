/** The tensor table of a GGUF file: every tensor's place is inside the file, aligned, and its own. */
import { Problem } from '../../protocol/problem';
import type { ByteSource } from './byteSource';
import { BLOCK_LAYOUT, byteLengthOf, ggmlTypeName, isSupportedType, SUPPORTED_TYPE_NAMES } from './ggmlTypes';
import type { GgufTensor } from './ggufTypes';
import type { HeaderReader } from './headerReader';

const MAX_DIMENSIONS = 4; // GGML_MAX_DIMS
const MAX_NAME_BYTES = 63; // GGML_MAX_NAME with its closing zero
/** Name of no bytes, number of dimensions, one dimension, type, offset. */
const MIN_TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;

/**
 * Reads `count` tensor entries; their data begins at the next multiple of `alignment` after them. `saw` is told of each of
 * them, also of types that are refused in the end.
 */
export function readTensors(
  source: ByteSource,
  reader: HeaderReader,
  count: number,
  alignment: number,
  saw?: (type: number, weights: number) => void,
): ReadonlyMap<string, GgufTensor> {
  reader.subject = 'tensor table';
  if (count * MIN_TENSOR_BYTES > reader.remaining) {
    reader.fail(`it claims ${count} tensors, but only ${reader.remaining} bytes are left in the file`);
  }
  const entries: (GgufTensor & { at: number })[] = [];
  const names = new Set<string>();
  const unsupported = new Map<number, string[]>();
  for (let i = 0; i < count; i++) {
    reader.subject = `tensor ${i}`;
    const at = reader.position;
    const name = reader.string();
    reader.subject = `tensor '${name.slice(0, MAX_NAME_BYTES)}'`;
    if (name.length > MAX_NAME_BYTES) reader.fail(`its name is longer than ${MAX_NAME_BYTES} bytes`, at);
    if (names.has(name)) reader.fail('this name is there twice', at);
    names.add(name);
    const { shape, weights } = readShape(reader);
    const type = reader.u32();
    const offsetAt = reader.position;
    const offset = reader.u64();
    saw?.(type, weights);
    if (!isSupportedType(type)) {
      const namesOfType = unsupported.get(type) ?? [];
      namesOfType.push(name);
      unsupported.set(type, namesOfType);
      continue;
    }
    const block = BLOCK_LAYOUT[type];
    if (shape[0] % block.weights !== 0) {
      reader.fail(`a row of ${shape[0]} weights is not whole ${ggmlTypeName(type)} blocks of ${block.weights}`, at);
    }
    if (typeof offset !== 'number' || offset % alignment !== 0) {
      reader.fail(`its data offset ${offset} is not a multiple of ${alignment}`, offsetAt);
    }
    entries.push({ name, type, shape, offset, byteLength: byteLengthOf(type, weights), at });
  }
  if (unsupported.size > 0) throw unsupportedTypes(source, unsupported);

  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  const placed = entries.map((tensor) => ({ ...tensor, offset: dataStart + tensor.offset }));
  placed.sort((a, b) => a.offset - b.offset);
  placed.forEach(({ name, offset, byteLength, at }, i) => {
    reader.subject = `tensor '${name}'`;
    const end = offset + byteLength;
    if (end > source.size) {
      reader.fail(`its ${byteLength} bytes at ${offset} end after the file, which has ${source.size} bytes`, at);
    }
    const next = placed[i + 1];
    if (next && next.offset < end) reader.fail(`its bytes ${offset} to ${end} overlap those of '${next.name}'`, at);
  });
  const inFileOrder = placed.sort((a, b) => a.at - b.at);
  return new Map(inFileOrder.map(({ at: _at, ...tensor }) => [tensor.name, tensor]));
}

/** The dimensions, each at least 1, and their product, which is exact. */
function readShape(reader: HeaderReader): { shape: number[]; weights: number } {
  const at = reader.position;
  const dimensions = reader.u32();
  if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    reader.fail(`it has ${dimensions} dimensions; 1 to ${MAX_DIMENSIONS} are possible`, at);
  }
  const shape: number[] = [];
  let weights = 1;
  for (let i = 0; i < dimensions; i++) {
    const size = reader.u64();
    // Every type takes over half a byte per weight, and this keeps the product exact. (bigint compares with number)
    if (size < 1 || Number(size) * weights > Number.MAX_SAFE_INTEGER / 8) {
      reader.fail(`dimension ${i} of ${size} is impossible`, at);
    }
    shape.push(Number(size));
    weights *= Number(size);
  }
  return { shape, weights };
}

function unsupportedTypes(source: ByteSource, found: ReadonlyMap<number, string[]>): Problem {
  const types = [...found].map(([type, names]) => {
    const others = names.length === 1 ? '' : ` and ${names.length - 1} more`;
    return `${ggmlTypeName(type)} ('${names[0]}'${others})`;
  });
  const subject = [...found.keys()].map(ggmlTypeName).join(', ');
  const message = `${source.name} has tensors of types that cannot be read: ${types.join(', ')}; supported: ${SUPPORTED_TYPE_NAMES.join(', ')}`;
  return new Problem('model-unsupported', message, {
    file: source.name,
    subject,
    supported: [...SUPPORTED_TYPE_NAMES],
  });
}
