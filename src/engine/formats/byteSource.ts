/** Random access to the bytes of a model, wherever they are: a file in Node, a buffer in tests and browsers. */
export interface ByteSource {
  /** What people call it: the path, for messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /**
   * A copy or view of bytes [offset, offset + length), which may be in `room`, as long or longer. Throws RangeError outside
   * [0, size].
   */
  read(offset: number, length: number, room?: Uint8Array): Uint8Array;
  /** The same while the caller goes on. */
  readLater(offset: number, length: number, room?: Uint8Array): Promise<Uint8Array>;
  /** Throws Problem 'file-missing' when the bytes are not those that were opened any more. */
  check(): void;
  /** Nothing is asked afterwards; what is being read may still arrive. */
  close(): void;
  /** Another file of this name in the same folder; closed together with this one. Throws Problem file-missing. */
  beside?(name: string): ByteSource;
}

export class BufferSource implements ByteSource {
  constructor(
    private readonly bytes: Uint8Array,
    readonly name = '(memory)',
  ) {}
  get size(): number {
    return this.bytes.byteLength;
  }
  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new RangeError(`${this.name}: bytes ${offset}..${offset + length} are outside 0..${this.size}`);
    }
    return this.bytes.subarray(offset, offset + length);
  }
  readLater(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve().then(() => this.read(offset, length));
  }
  check(): void {}
  close(): void {}
}
