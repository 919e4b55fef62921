/**
 * GGUF, versions 2 and 3, little endian: the header, the metadata and where the tensors are.
 * Follows https://github.com/ggml-org/ggml/blob/master/docs/gguf.md and is as strict as ggml's gguf.cpp or stricter,
 * except that tensors may lie in any order with gaps between.
 */
import { Problem } from '../../protocol/problem';
import type { ByteSource } from './byteSource';
import { isPart, joinParts } from './ggufParts';
import { Booleans, Skipped, GgufValueType as T, type GgufArray, type GgufFile, type GgufValue } from './ggufTypes';
import { readTensors } from './ggufTensors';
import { HeaderReader, MAX_ARRAY_ITEMS, MAX_ARRAY_STRINGS, MAX_NESTED_ARRAYS } from './headerReader';

/** Of tensors, and of metadata entries; the largest models have some 10,000 tensors. */
const MAX_ENTRIES = 1 << 20;
const MAX_ARRAY_DEPTH = 4;
/** A key of at least one byte with its length, the value's type, the shortest value. */
const MIN_ENTRY_BYTES = 8 + 1 + 4 + 1;

/**
 * Throws Problem 'model-invalid' (truncated or lying, with the byte offset) or 'model-unsupported' (other versions and
 * byte orders; tensor types that the engine does not read, all named), 'file-missing' where other parts of the model are
 * not beside this one. Reads no tensor data.
 */
export function readGguf(source: ByteSource): GgufFile {
  const file = readOne(source);
  return isPart(file) ? joinParts(file, readOne) : file;
}

function readOne(source: ByteSource): GgufFile {
  const { reader, tensorCount, alignment, ...header } = readHeader(source);
  return { ...header, tensors: readTensors(source, reader, tensorCount, alignment), source };
}

export interface GgufHeader extends Pick<GgufFile, 'version' | 'metadata'> {
  /** At the tensor table. */
  reader: HeaderReader;
  tensorCount: number;
  /** In bytes. */
  alignment: number;
}

/**
 * What stands before the tensor table. With `skim`, of lists that are longer than any that describes layers only the length
 * is read: a vocabulary of 150,000 tokens takes milliseconds then.
 */
export function readHeader(source: ByteSource, skim = false): GgufHeader {
  const reader: HeaderReader = new HeaderReader(source);
  const { version, tensorCount, entryCount } = readCounts(source, reader);
  const metadata = new Map(entriesOf(reader, entryCount, skim ? 'skip' : 'read'));
  const alignment = metadata.get('general.alignment') ?? 32;
  reader.subject = "metadata key 'general.alignment'";
  if (!isPowerOfTwo(alignment)) reader.fail(`the alignment ${String(alignment)} is not a power of two`);
  return { version, metadata, reader, tensorCount, alignment };
}

/**
 * The metadata up to and with the first list that `skim` would skip, of which the length is known: by custom, the model's name and shape stand before its
 * vocabulary. One read of a few kilobytes, most often.
 */
export function glanceAtMetadata(source: ByteSource): ReadonlyMap<string, GgufValue> {
  const reader: HeaderReader = new HeaderReader(source, GLANCE_BYTES);
  const { entryCount } = readCounts(source, reader);
  const metadata = new Map<string, GgufValue>();
  for (const [key, value] of entriesOf(reader, entryCount, 'stop')) {
    metadata.set(key, value);
    if (value instanceof Skipped) break;
  }
  return metadata;
}

const GLANCE_BYTES = 1 << 14;

function readCounts(
  source: ByteSource,
  reader: HeaderReader,
): Record<'version' | 'tensorCount' | 'entryCount', number> {
  const version = readVersion(source, reader);
  const tensorCount = reader.count('tensors', 0); // checked where the tensors begin, after the metadata
  const entryCount = reader.count('metadata entries', MIN_ENTRY_BYTES);
  if (Math.max(tensorCount, entryCount) > MAX_ENTRIES) {
    reader.fail(`it claims ${tensorCount} tensors and ${entryCount} metadata entries; ${MAX_ENTRIES} are possible`, 8);
  }
  return { version, tensorCount, entryCount };
}

/** Key and value, one after the other. */
function* entriesOf(
  reader: HeaderReader,
  count: number,
  longLists: Budget['longLists'],
): Generator<[string, GgufValue]> {
  const budget = { items: MAX_ARRAY_ITEMS, strings: MAX_ARRAY_STRINGS, arrays: MAX_NESTED_ARRAYS, longLists };
  const keys = new Set<string>();
  for (let i = 0; i < count; i++) {
    reader.subject = `metadata entry ${i}`;
    const offset = reader.position;
    const key = reader.string();
    if (key === '') reader.fail('its key is empty', offset);
    reader.subject = `metadata key ${quote(key)}`;
    if (keys.has(key)) reader.fail('this key is there twice', offset);
    keys.add(key);
    yield [key, readValue(reader, reader.u32(), budget, 0)];
  }
}

function readVersion(source: ByteSource, reader: HeaderReader): number {
  if (source.size < 24) reader.fail(`it has ${source.size} bytes, fewer than the shortest header`);
  const magic = reader.u32();
  if (magic !== 0x46554747) reader.fail(`it begins with 0x${hex(magic)} instead of "GGUF"`, 0);
  const version = reader.u32();
  if (version === 2 || version === 3) return version;
  const found = (version & 0xffff) === 0 ? 'a big-endian GGUF file' : `GGUF version ${version}`;
  throw new Problem('model-unsupported', `${source.name} is ${found}; supported: versions 2 and 3, little endian`, {
    file: source.name,
    offset: 4,
    subject: found,
    supported: ['GGUF version 2, little endian', 'GGUF version 3, little endian'],
  });
}

/** What arrays of a file may still hold, all together. */
interface Budget {
  items: number;
  strings: number;
  arrays: number;
  /** With lists that are longer than any that describes layers; 'stop': the reader stands within them. */
  longLists: 'read' | 'skip' | 'stop';
}

function readValue(reader: HeaderReader, type: number, budget: Budget, depth: number): GgufValue {
  if (type !== T.Array) return scalarOf(reader, type)();
  if (depth === MAX_ARRAY_DEPTH) reader.fail(`arrays are nested more than ${MAX_ARRAY_DEPTH} deep`);
  const itemType = reader.u32();
  const offset = reader.position;
  const count = reader.count('array items', itemType === T.Array ? MIN_ARRAY_BYTES : minBytesOf(reader, itemType));
  const spend = (of: 'items' | 'strings' | 'arrays', most: number, what: string): void => {
    budget[of] -= count;
    if (budget[of] < 0) reader.fail(`its arrays have more than ${most} ${what} in all`, offset);
  };
  spend('items', MAX_ARRAY_ITEMS, 'items');
  if (itemType === T.Array) {
    spend('arrays', MAX_NESTED_ARRAYS, 'arrays');
    return Array.from({ length: count }, () => readValue(reader, itemType, budget, depth + 1) as GgufArray);
  }
  if (budget.longLists !== 'read' && count > DESCRIBES_LAYERS) {
    if (budget.longLists === 'stop') return new Skipped(count);
    if (itemType === T.String) reader.skipStrings(count);
    else reader.skip(count * SCALAR_BYTES[itemType]);
    return new Skipped(count);
  }
  if (itemType === T.String) {
    spend('strings', MAX_ARRAY_STRINGS, 'texts');
    return reader.texts(count);
  }
  return readNumbers(reader, itemType, count);
}

/** As many bytes as in the file: an array of objects would take ten times as many. */
function readNumbers(reader: HeaderReader, type: T, count: number): GgufArray {
  if (type === T.U64 || type === T.I64) return readWide(type === T.U64 ? reader.wideU64 : reader.wideI64, type, count);
  const items = new ARRAYS[type as keyof typeof ARRAYS](count);
  const scalar = scalarOf(reader, type) as () => number | boolean;
  for (let i = 0; i < count; i++) items[i] = Number(scalar());
  return items;
}

const ARRAYS = {
  [T.U8]: Uint8Array,
  [T.I8]: Int8Array,
  [T.U16]: Uint16Array,
  [T.I16]: Int16Array,
  [T.U32]: Uint32Array,
  [T.I32]: Int32Array,
  [T.F32]: Float32Array,
  [T.Bool]: Booleans,
  [T.F64]: Float64Array,
};

function readWide(next: () => bigint, type: T.U64 | T.I64, count: number): GgufArray {
  const wide = type === T.U64 ? new BigUint64Array(count) : new BigInt64Array(count);
  let isExact = true;
  for (let i = 0; i < count; i++) {
    wide[i] = next();
    isExact &&= Number.isSafeInteger(Number(wide[i]));
  }
  if (!isExact) return wide;
  // In its own place: one after the other is read before it is written.
  const exact = new Float64Array(wide.buffer);
  for (let i = 0; i < count; i++) exact[i] = Number(wide[i]);
  return exact;
}

/** Items of a list for every layer, and some more. */
const DESCRIBES_LAYERS = 1024;

/** Item type and count. */
const MIN_ARRAY_BYTES = 4 + 8;

function scalarOf(reader: HeaderReader, type: number): () => GgufValue {
  switch (type as T) {
    case T.U8:
      return reader.u8;
    case T.I8:
      return reader.i8;
    case T.U16:
      return reader.u16;
    case T.I16:
      return reader.i16;
    case T.U32:
      return reader.u32;
    case T.I32:
      return reader.i32;
    case T.F32:
      return reader.f32;
    case T.Bool:
      return reader.bool;
    case T.String:
      return reader.string;
    case T.U64:
      return reader.u64;
    case T.I64:
      return reader.i64;
    case T.F64:
      return reader.f64;
    default:
      return reader.fail(`${type} is not a metadata type`, reader.position - 4);
  }
}

const SCALAR_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 0, 8, 8, 8]; // by GgufValueType; a string is at least its length

const minBytesOf = (reader: HeaderReader, type: number): number =>
  SCALAR_BYTES[type] ?? reader.fail(`${type} is not a metadata type`, reader.position - 4);

const isPowerOfTwo = (n: GgufValue): n is number =>
  typeof n === 'number' && Number.isInteger(n) && n >= 1 && n <= 2 ** 30 && (n & (n - 1)) === 0;

const hex = (n: number): string => n.toString(16).padStart(8, '0');
const quote = (name: string): string => `'${name.length > 80 ? `${name.slice(0, 80)}…` : name}'`;
