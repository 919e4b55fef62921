/** What a GGUF file holds, as read by `gguf.ts`. */
import type { ByteSource } from './byteSource';
import type { GgmlType } from './ggmlTypes';
import type { GgufTexts } from './ggufTexts';

/** The number that precedes every metadata value, as in ggml's gguf.h. */
export enum GgufValueType {
  U8 = 0,
  I8 = 1,
  U16 = 2,
  I16 = 3,
  U32 = 4,
  I32 = 5,
  F32 = 6,
  Bool = 7,
  String = 8,
  Array = 9,
  U64 = 10,
  I64 = 11,
  F64 = 12,
}

/** 64-bit integers are numbers where that is exact, bigints beyond ±2^53. */
export type GgufValue = number | bigint | boolean | string | GgufArray;
/** As large in memory as in the file; 64-bit integers are 64-bit floats where that is exact for all of them. */
export type GgufArray = NumberArray | BigUint64Array | BigInt64Array | Booleans | GgufTexts | Skipped | GgufArray[];
export type NumberArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** 0 is false, 1 is true. */
export class Booleans extends Uint8Array {}

/** A list of which only the length was read. */
export class Skipped {
  constructor(readonly length: number) {}
}

export const isArray = (value: GgufValue): value is GgufArray => typeof value === 'object';

export interface GgufTensor {
  readonly name: string;
  /** ggml type number; use isSupportedType before reading it. */
  readonly type: GgmlType;
  /** ggml order: the first dimension runs fastest (cols, rows, experts). */
  readonly shape: readonly number[];
  /** Absolute byte offset in the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface GgufFile {
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly source: ByteSource;
}
