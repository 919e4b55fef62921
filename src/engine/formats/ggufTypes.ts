/** What a GGUF file holds, as read by `gguf.ts`. */
import type { ByteSource } from './byteSource';
import type { GgmlType } from './ggmlTypes';

export type GgufValue = number | bigint | boolean | string | GgufArray;
export type GgufArray = number[] | bigint[] | boolean[] | string[];

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
