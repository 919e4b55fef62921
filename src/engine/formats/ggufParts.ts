/**
 * A model in several files, name-00001-of-0000N.gguf (llama.cpp's gguf-split): read as one, whichever part is named. The
 * metadata is the first part's; every part has tensors of its own.
 */
import { Problem } from '../../protocol/problem';
import type { ByteSource } from './byteSource';
import type { GgufFile, GgufTensor } from './ggufTypes';
import { integerOf, invalidMetadata, required } from './metadata';

const MOST_PARTS = 65_535; // of five digits, in 16 bits
/** Between the addresses of two parts, so that no read of what lies side by side goes from one to the next. */
const APART = 2 ** 30;
const PART_NAME = /^(.*)-\d{5}-of-\d{5}\.gguf$/s;

export const isPart = (file: GgufFile): boolean => (integerOf(file, 'split.count', 0, MOST_PARTS) ?? 0) > 1;

/**
 * `part`: any of them, whose source finds the others. Throws Problem file-missing, which names the part that is not there,
 * model-invalid where parts do not belong together, and what `read` throws.
 */
export function joinParts(part: GgufFile, read: (source: ByteSource) => GgufFile): GgufFile {
  const count = countOf(part);
  const given = numberOf(part, count);
  const fileName = part.source.name.split(/[\\/]/).pop()!;
  const base = PART_NAME.exec(fileName)?.[1];
  const nameOf = (number: number): string => `${base}-${digits(number + 1)}-of-${digits(count)}.gguf`;
  if (base === undefined || fileName !== nameOf(given)) {
    const wanted = `…-${digits(given + 1)}-of-${digits(count)}.gguf`;
    throw invalid(
      part,
      `is part ${given + 1} of ${count} of a model; the others are found when it is called “${wanted}”`,
    );
  }
  const parts = Array.from({ length: count }, (_, number) => {
    if (number === given) return part;
    const other = read(besides(part, nameOf(number), number, count));
    if (!isPart(other) || countOf(other) !== count || numberOf(other, count) !== number) {
      throw invalid(other, `is not part ${number + 1} of ${count} of the model`);
    }
    return other;
  });
  return { ...parts[0], tensors: allTensors(parts), source: joined(parts) };
}

const digits = (n: number): string => String(n).padStart(5, '0');
const countOf = (file: GgufFile): number => integerOf(file, 'split.count', 0, MOST_PARTS) ?? 0;

/** Which part a file is, from 0. */
function numberOf(file: GgufFile, count: number): number {
  return required(file, 'split.no', integerOf(file, 'split.no', 0, count - 1));
}

function besides({ source }: GgufFile, name: string, number: number, count: number): ByteSource {
  const missing = (file: string): Problem =>
    new Problem('file-missing', `Part ${number + 1} of ${count} of this model is not there: ${file}.`, { file });
  if (!source.beside) throw missing(name);
  try {
    return source.beside(name);
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'file-missing') throw missing(thrown.detail.file);
    throw thrown;
  }
}

/** Their offsets are those in the joined source. */
function allTensors(parts: readonly GgufFile[]): Map<string, GgufTensor> {
  const all = new Map<string, GgufTensor>();
  let start = 0;
  for (const part of parts) {
    for (const [name, tensor] of part.tensors) {
      if (all.has(name)) throw invalid(part, `has the tensor “${name.slice(0, 80)}”, which another part has, too`);
      all.set(name, { ...tensor, offset: start + tensor.offset });
    }
    start += part.source.size + APART;
  }
  const promised = integerOf(parts[0], 'split.tensors.count', 0, 2 ** 31);
  if (promised !== undefined && promised !== all.size) {
    throw invalidMetadata(parts[0], 'split.tensors.count', `is ${promised}; the parts have ${all.size} tensors`);
  }
  return all;
}

/** The parts' bytes one behind the other, apart. */
function joined(parts: readonly GgufFile[]): ByteSource {
  const sources = parts.map(({ source }) => source);
  /** The part that has these bytes, and where they are in it. Tensors lie in one part each. */
  const placeOf = (offset: number, length: number): [ByteSource, number] => {
    let start = 0;
    for (const source of sources) {
      if (offset >= start && offset + length <= start + source.size) return [source, offset - start];
      start += source.size + APART;
    }
    throw new RangeError(`${sources[0].name}: bytes ${offset}..${offset + length} are in no one part`);
  };
  return {
    name: sources[0].name,
    size: sources.reduce((sum, { size }) => sum + size + APART, -APART),
    read(offset, length) {
      const [source, at] = placeOf(offset, length);
      return source.read(at, length);
    },
    async readLater(offset, length) {
      const [source, at] = placeOf(offset, length);
      return source.readLater(at, length);
    },
    check: () => sources.forEach((source) => source.check()),
    close: () => sources.forEach((source) => source.close()),
  };
}

const invalid = ({ source: { name } }: GgufFile, what: string): Problem =>
  new Problem('model-invalid', `${name} ${what}.`, { file: name });
