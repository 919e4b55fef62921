/**
 * A list of texts of a GGUF header: its bytes as they are in the file, and where each text ends. A vocabulary of short ones
 * would take several times its bytes as strings.
 */
import { textOfBytes } from './escapedText';

/** Before each text: its length. */
const LENGTH_BYTES = 8;

export class GgufTexts implements Iterable<string> {
  /** @param ends the byte of `bytes` behind each text, at least `length` of them */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly ends: Uint32Array,
    readonly length = ends.length,
  ) {}

  /** Made anew at every call. Throws RangeError outside the list. */
  at(index: number): string {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`text ${index} of ${this.length}`);
    const start = index === 0 ? 0 : this.ends[index - 1];
    return textOfBytes(this.bytes, start + LENGTH_BYTES, this.ends[index]);
  }

  first(count: number): GgufTexts {
    return new GgufTexts(this.bytes, this.ends, Math.min(count, this.length));
  }

  *[Symbol.iterator](): Generator<string> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}
