/**
 * Builds a GGUF file (version 3, little endian) in memory: for tests and fixtures.
 *
 *   writeGguf({
 *     metadata: { 'general.architecture': 'llama', 'llama.block_count': u32(2), 'x.scores': arrayOf(T.F32, [0, 1]) },
 *     tensors: [{ name: 'token_embd.weight', type: GgmlType.F32, shape: [cols, rows], bytes }],
 *   })
 *
 * It writes what it is told and checks nothing, so that tests can write files that lie.
 */
import { GgufValueType as T } from '../../src/engine/formats/ggufTypes';

export { GgufValueType as T } from '../../src/engine/formats/ggufTypes';

export interface TypedValue {
  type: T;
  value: number | bigint | boolean | string | ArrayValue;
}
export interface ArrayValue {
  of: T;
  items: readonly (number | bigint | boolean | string | ArrayValue)[];
}

/** Strings, booleans and arrays of strings need no type; numbers always do. */
export type MetadataValue = TypedValue | string | boolean | readonly string[];

export interface TensorToWrite {
  name: string;
  /** ggml type number; any number, also one that nobody knows. */
  type: number;
  /** ggml order: the first dimension runs fastest (cols, rows, experts). */
  shape: readonly (number | bigint)[];
  bytes: Uint8Array;
  /** A lie about where the bytes are, relative to the tensor data. */
  offset?: number | bigint;
}

export interface GgufToWrite {
  metadata?: Readonly<Record<string, MetadataValue>> | ReadonlyMap<string, MetadataValue>;
  tensors?: readonly TensorToWrite[];
  version?: number;
  /** Default 32. When another is given, say so in metadata's general.alignment too. */
  alignment?: number;
}

export const u8 = (value: number): TypedValue => ({ type: T.U8, value });
export const u32 = (value: number): TypedValue => ({ type: T.U32, value });
export const i32 = (value: number): TypedValue => ({ type: T.I32, value });
export const u64 = (value: number | bigint): TypedValue => ({ type: T.U64, value });
export const f32 = (value: number): TypedValue => ({ type: T.F32, value });
export const f64 = (value: number): TypedValue => ({ type: T.F64, value });
export const arrayOf = (of: T, items: ArrayValue['items']): TypedValue => ({ type: T.Array, value: { of, items } });

export function writeGguf(file: GgufToWrite): Uint8Array {
  const { metadata = {}, tensors = [], version = 3, alignment = 32 } = file;
  const entries = metadata instanceof Map ? [...metadata.entries()] : Object.entries(metadata);
  const out = new ByteWriter();
  out.raw(new TextEncoder().encode('GGUF'));
  out.number(T.U32, version);
  out.number(T.U64, tensors.length);
  out.number(T.U64, entries.length);
  for (const [key, value] of entries) {
    const typed = withType(value as MetadataValue);
    out.string(key);
    out.number(T.U32, typed.type);
    out.value(typed.type, typed.value);
  }
  let offset = 0;
  for (const tensor of tensors) {
    out.string(tensor.name);
    out.number(T.U32, tensor.shape.length);
    for (const dim of tensor.shape) out.number(T.U64, dim);
    out.number(T.U32, tensor.type);
    out.number(T.U64, tensor.offset ?? offset);
    offset += alignUp(tensor.bytes.length, alignment);
  }
  for (const tensor of tensors) {
    out.padTo(alignment);
    out.raw(tensor.bytes);
  }
  out.padTo(alignment); // llama.cpp pads after the last tensor too, and after the header of a file without tensors
  return out.finish();
}

const alignUp = (n: number, alignment: number): number => Math.ceil(n / alignment) * alignment;

function withType(value: MetadataValue): TypedValue {
  if (typeof value === 'string') return { type: T.String, value };
  if (typeof value === 'boolean') return { type: T.Bool, value };
  if (Array.isArray(value)) return arrayOf(T.String, value as string[]);
  return value as TypedValue;
}

class ByteWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes);
  }

  string(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.number(T.U64, bytes.length);
    this.raw(bytes);
  }

  value(type: T, value: TypedValue['value']): void {
    if (type === T.String) this.string(value as string);
    else if (type === T.Array) {
      const { of, items } = value as ArrayValue;
      this.number(T.U32, of);
      this.number(T.U64, items.length);
      for (const item of items) this.value(of, item);
    } else this.number(type, value as number | bigint | boolean);
  }

  number(type: T, value: number | bigint | boolean): void {
    const room = this.reserve(NUMBER_BYTES[type] ?? 0);
    const view = new DataView(room.buffer, room.byteOffset, room.byteLength);
    const n = Number(value);
    if (type === T.U8 || type === T.Bool) view.setUint8(0, n);
    else if (type === T.I8) view.setInt8(0, n);
    else if (type === T.U16) view.setUint16(0, n, true);
    else if (type === T.I16) view.setInt16(0, n, true);
    else if (type === T.U32) view.setUint32(0, n, true);
    else if (type === T.I32) view.setInt32(0, n, true);
    else if (type === T.F32) view.setFloat32(0, n, true);
    else if (type === T.F64) view.setFloat64(0, n, true);
    else if (type === T.U64 || type === T.I64) view.setBigUint64(0, BigInt(value), true);
    else throw new Error(`not a number type: ${type}`);
  }

  padTo(alignment: number): void {
    this.reserve(alignUp(this.length, alignment) - this.length);
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** The next n bytes, zeroed. */
  private reserve(n: number): Uint8Array {
    const end = this.length + n;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    const room = this.bytes.subarray(this.length, end);
    this.length = end;
    return room;
  }
}

const NUMBER_BYTES: Partial<Record<T, number>> = {
  [T.U8]: 1,
  [T.I8]: 1,
  [T.Bool]: 1,
  [T.U16]: 2,
  [T.I16]: 2,
  [T.U32]: 4,
  [T.I32]: 4,
  [T.F32]: 4,
  [T.U64]: 8,
  [T.I64]: 8,
  [T.F64]: 8,
};
