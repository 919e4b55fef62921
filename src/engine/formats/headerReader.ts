/**
 * Reads the little-endian fields of a GGUF header in order, through a window of a few hundred kilobytes, so that a file
 * of gigabytes costs no more than its header. Every length is held against what is left of the file before it is used.
 */
import { Problem } from '../../protocol/problem';
import type { ByteSource } from './byteSource';
import { textOfBytes } from './escapedText';
import { GgufTexts } from './ggufTexts';

/** Beyond these a header is refused: real ones stay under 20 MB, 2 million array items and strings of some 100 kB. */
export const MAX_STRING_BYTES = 1 << 24;
export const MAX_ARRAY_ITEMS = 1 << 24; // of all arrays of a file together
/** Of these items. An array in an array takes more memory than it has bytes in the file. */
export const MAX_ARRAY_STRINGS = 1 << 22;
const MAX_LIST_BYTES = 1 << 28; // of one list of texts
export const MAX_NESTED_ARRAYS = 1 << 12;

const WINDOW_BYTES = 1 << 18;

export class HeaderReader {
  /** What is being read, for messages: "metadata key 'x'", "tensor 'y'". */
  subject = 'header';
  private room = new Uint8Array(0);
  private window: Uint8Array = this.room;
  private view = new DataView(this.window.buffer);
  private windowStart = 0;
  private at = 0; // of the next field, in the window
  private field = 0; // of the field just taken

  /** @param windowBytes read at once */
  constructor(
    private readonly source: ByteSource,
    private readonly windowBytes = WINDOW_BYTES,
  ) {}

  /** Absolute position of the next field. */
  get position(): number {
    return this.windowStart + this.at;
  }

  get remaining(): number {
    return this.source.size - this.position;
  }

  /** Throws Problem 'model-invalid' that says where: file, byte offset, subject. */
  fail(what: string, offset = this.position): never {
    const file = this.source.name;
    const message = `${file} is not a valid GGUF file: ${what} (${this.subject}, byte ${offset})`;
    throw new Problem('model-invalid', message, { file, offset, subject: this.subject });
  }

  u8 = (): number => this.take(1).getUint8(this.field);
  i8 = (): number => this.take(1).getInt8(this.field);
  u16 = (): number => this.take(2).getUint16(this.field, true);
  i16 = (): number => this.take(2).getInt16(this.field, true);
  u32 = (): number => this.take(4).getUint32(this.field, true);
  i32 = (): number => this.take(4).getInt32(this.field, true);
  f32 = (): number => this.take(4).getFloat32(this.field, true);
  f64 = (): number => this.take(8).getFloat64(this.field, true);
  bool = (): boolean => this.u8() !== 0;
  wideU64 = (): bigint => this.take(8).getBigUint64(this.field, true);
  wideI64 = (): bigint => this.take(8).getBigInt64(this.field, true);
  u64 = (): number | bigint => narrow(this.wideU64());
  i64 = (): number | bigint => narrow(this.wideI64());

  /** A number of things that take at least `bytesEach` bytes each in what is left of the file. */
  count(what: string, bytesEach: number): number {
    const offset = this.position;
    const view = this.take(8);
    const n = view.getUint32(this.field, true) + view.getUint32(this.field + 4, true) * 2 ** 32;
    if (n * bytesEach > this.remaining) {
      this.fail(`it claims ${n} ${what}, but only ${this.remaining} bytes are left in the file`, offset);
    }
    return n;
  }

  /** Bytes that are no UTF-8 are kept as escapedText.ts says. */
  string = (): string => {
    const offset = this.position;
    const length = this.count('bytes of text', 1);
    if (length > MAX_STRING_BYTES)
      this.fail(`a text of ${length} bytes is over the limit of ${MAX_STRING_BYTES}`, offset);
    this.take(length);
    return textOfBytes(this.window, this.field, this.field + length);
  };

  /** So many texts, one behind the other: as many bytes as in the file, and four for each text. */
  texts(count: number): GgufTexts {
    const from = this.position;
    const ends = new Uint32Array(count);
    this.skipStrings(count, (i, end) => {
      if (end - from > MAX_LIST_BYTES) this.fail(`a list of texts is over the limit of ${MAX_LIST_BYTES} bytes`, from);
      ends[i] = end - from;
    });
    return new GgufTexts(this.source.read(from, this.position - from), ends);
  }

  /** Moves past so many texts, of which only the lengths are read; `saw` is told where each ends in the file. */
  skipStrings(count: number, saw?: (index: number, end: number) => void): void {
    for (let i = 0; i < count; i++) {
      // Vocabularies are 100,000s of short ones: as many as begin in the window at once.
      const { view } = this;
      const last = this.window.length - 8;
      const end = this.source.size - this.windowStart;
      let at = this.at;
      while (i < count && at <= last && view.getUint32(at + 4, true) === 0) {
        const next = at + 8 + view.getUint32(at, true);
        if (next > end) break;
        // Asked for, not called: for nobody a call for every text takes longer than all the rest.
        if (saw) saw(i, this.windowStart + next);
        i++;
        at = next;
      }
      this.skip(at - this.at);
      if (i < count) {
        this.skip(this.count('bytes of text', 1));
        saw?.(i, this.position);
      }
    }
  }

  /** Moves past `n` bytes without reading them. */
  skip(n: number): void {
    if (n > this.remaining) this.fail(`the file ends after ${this.source.size} bytes, within this field`);
    if (this.at + n <= this.window.length) this.at += n;
    else {
      this.windowStart = this.position + n;
      this.window = new Uint8Array(0);
      this.at = 0;
    }
  }

  /** Moves past n bytes, which are in the returned view at `this.field`. */
  private take(n: number): DataView {
    if (this.at + n > this.window.length) this.refill(n);
    this.field = this.at;
    this.at += n;
    return this.view;
  }

  private refill(n: number): void {
    const position = this.position;
    if (n > this.source.size - position) this.fail(`the file ends after ${this.source.size} bytes, within this field`);
    const length = Math.min(Math.max(n, this.windowBytes), this.source.size - position);
    // No field refers to the window any more: its room serves again, which costs less than fresh memory.
    if (length > this.room.length) this.room = new Uint8Array(length);
    this.window = this.source.read(position, length, this.room);
    this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
    this.windowStart = position;
    this.at = 0;
  }
}

/** 64-bit integers are numbers wherever that loses nothing. */
const narrow = (n: bigint): number | bigint => {
  const number = Number(n);
  return Number.isSafeInteger(number) ? number : n;
};
