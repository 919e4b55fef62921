/**
 * Byte-level byte-pair encoding, as GPT-2 introduced it (https://github.com/openai/gpt-2/blob/master/src/encoder.py) and
 * llama.cpp's llm_tokenizer_bpe does it: words are cut by regexes, written in the byte alphabet, and neighbours merged by
 * the rank of their pair.
 */
import { BYTE_TO_CHAR, bytesOfAlphabet } from './byteAlphabet';
import { MergeTable } from './mergeTable';
import { mergePairs, NO_MERGE } from './mergePairs';
import { splitWords, type Pretokenizer } from './pretokenizers';
import type { Token } from './tokenizer';
import { TokenType, type Vocabulary } from './vocabulary';
import { NO_TOKEN, VocabularyTokenizer } from './vocabularyTokenizer';

/** [id, bytes, id, bytes, …] of a word. */
type WordTokens = readonly number[];

const CACHED_WORDS = 1 << 16;
/** V8 copies slices under 13 units; a longer one would keep the whole text it was cut from in memory. */
const CACHED_LENGTH = 12;

export class BpeTokenizer extends VocabularyTokenizer {
  readonly kind = 'bpe';
  /** Symbols are token ids; from vocabSize on they are pieces that occur in merges but have no token. */
  private readonly merges: MergeTable;
  private readonly byteSymbols: Int32Array;
  private readonly cache = new Map<string, WordTokens>();

  /** merges: [left, right] in the byte alphabet, best first. */
  constructor(
    vocabulary: Vocabulary,
    private readonly idOf: ReadonlyMap<string, number>,
    merges: readonly (readonly [left: string, right: string])[],
    private readonly pretokenizer: Pretokenizer,
  ) {
    super(vocabulary);
    const pieces = new Map<string, number>();
    const symbolOf = (text: string): number => {
      const known = idOf.get(text) ?? pieces.get(text);
      if (known !== undefined) return known;
      const symbol = this.vocabSize + pieces.size;
      pieces.set(text, symbol);
      return symbol;
    };
    this.byteSymbols = Int32Array.from(BYTE_TO_CHAR, symbolOf);
    this.merges = new MergeTable(merges.length);
    for (const [left, right] of merges) {
      this.merges.add(symbolOf(left), symbolOf(right), symbolOf(left + right));
    }
  }

  protected override encodeFragment(text: string, start: number, _afterSpecial: boolean, tokens: Token[]): void {
    for (const word of splitWords(text, this.pretokenizer.splits)) {
      const encoded = this.encodeWord(word);
      for (let i = 0; i < encoded.length; i += 2) {
        const end = start + encoded[i + 1];
        tokens.push({ id: encoded[i], start, end });
        start = end;
      }
    }
  }

  protected override bytesOfNormal(id: number): Uint8Array {
    const text = this.vocabulary.texts[id];
    if (this.vocabulary.types[id] === TokenType.Byte) return Uint8Array.of(parseInt(text.slice(3, 5), 16));
    return bytesOfAlphabet(text);
  }

  private encodeWord(word: string): WordTokens {
    const cached = this.cache.get(word);
    if (cached) return cached;
    const encoded = this.mergeWord(new TextEncoder().encode(word));
    if (word.length <= CACHED_LENGTH) {
      if (this.cache.size >= CACHED_WORDS) this.cache.clear();
      this.cache.set(word, encoded);
    }
    return encoded;
  }

  private mergeWord(bytes: Uint8Array): WordTokens {
    if (this.pretokenizer.ignoreMerges) {
      const whole = this.idOf.get(Array.from(bytes, (byte) => BYTE_TO_CHAR[byte]).join(''));
      if (whole !== undefined) return [whole, bytes.length];
    }
    const symbols = Int32Array.from(bytes, (byte) => this.byteSymbols[byte]);
    const sizes = new Int32Array(bytes.length).fill(1);
    const { merges } = this;
    mergePairs(
      sizes,
      (left, right) => {
        const at = merges.find(symbols[left], symbols[right]);
        return at < 0 ? NO_MERGE : merges.rankAt(at);
      },
      (left, right) => {
        symbols[left] = merges.resultAt(merges.find(symbols[left], symbols[right]));
      },
    );
    const encoded: number[] = [];
    for (let at = 0; at < bytes.length; at += sizes[at]) {
      if (symbols[at] < this.vocabSize) encoded.push(symbols[at], sizes[at]);
      else for (const byte of bytes.subarray(at, at + sizes[at])) encoded.push(this.tokenOfByte(byte), 1);
    }
    return encoded;
  }

  private tokenOfByte(byte: number): number {
    const symbol = this.byteSymbols[byte];
    return symbol < this.vocabSize ? symbol : (this.vocabulary.unknownId ?? NO_TOKEN);
  }
}
