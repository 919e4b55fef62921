/**
 * SentencePiece's byte-pair model, as llama.cpp's llm_tokenizer_spm does it: spaces become U+2581, characters are the first
 * symbols, and again and again the neighbours that make the token with the best score are merged; in Gemma 4's, those whose pair
 * has the best rank. What is no token in the end becomes its UTF-8 bytes.
 */
import { bytesOfEscaped } from '../formats/escapedText';
import { mergePairs, NO_MERGE } from './mergePairs';
import type { Token } from './tokenizer';
import { utf8Offsets } from './utf8';
import { TokenType, type Vocabulary } from './vocabulary';
import { NO_TOKEN, VocabularyTokenizer } from './vocabularyTokenizer';

const SPACE = '\u2581';

/** A token of a segment: the UTF-16 units it moves on by, which are 0 for all bytes of a character but the last. */
interface Piece {
  id: number;
  units: number;
}

const CACHED_SEGMENTS = 1 << 16;
const CACHED_LENGTH = 12; // longer slices would keep their whole text in memory

export class SpmTokenizer extends VocabularyTokenizer {
  readonly kind = 'spm';
  /** Only of tokens that text may become: control, unknown and byte tokens have spellings, but no text. */
  private readonly idOf = new Map<string, number>();
  private readonly byteIds: readonly number[];
  private readonly longest: number;
  private readonly segments: RegExp;
  private readonly cache = new Map<string, readonly Piece[]>();

  /** `scores`[id], the higher the sooner merged; or `ranks` of "left right", the lower the sooner. */
  constructor(
    vocabulary: Vocabulary,
    private readonly order: { scores: ArrayLike<number> } | { ranks: ReadonlyMap<string, number> },
    private readonly addSpacePrefix: boolean,
  ) {
    super(vocabulary);
    const { texts, types } = vocabulary;
    const byteIds: number[] = new Array<number>(256).fill(NO_TOKEN);
    let longest = 0;
    let spaceInside = false;
    texts.forEach((text, id) => {
      const type = types[id];
      if (type === TokenType.Byte) byteIds[byteOf(text)] = id;
      if (type === TokenType.Byte || type === TokenType.Control || type === TokenType.Unknown) return;
      this.idOf.set(text, id);
      longest = Math.max(longest, text.length);
      spaceInside ||= SPACE_INSIDE.test(text);
    });
    this.byteIds = byteIds;
    this.longest = longest;
    // No token, so no merge, crosses the border before a space: each stretch up to there can be merged alone.
    this.segments = 'ranks' in order ? LINES : spaceInside ? /^.+$/gsu : /\u2581*[^\u2581]+|\u2581+/gu;
  }

  protected override encodeFragment(text: string, start: number, afterSpecial: boolean, tokens: Token[]): void {
    const prefix = this.addSpacePrefix && afterSpecial ? 1 : 0;
    const escaped = (prefix ? SPACE : '') + text.replaceAll(' ', SPACE);
    const offsets = utf8Offsets(text);
    const offsetOf = (unit: number): number => start + offsets[Math.max(0, unit - prefix)]; // escaping is unit for unit

    let at = 0; // unit of `escaped`
    let bytes = 0; // of the character at `at` that have tokens already
    for (const [segment] of escaped.matchAll(this.segments)) {
      for (const { id, units } of this.encodeSegment(segment)) {
        const limit = offsetOf(at + (units || charUnits(escaped, at)));
        const from = Math.min(offsetOf(at) + bytes, limit);
        tokens.push({ id, start: from, end: units ? limit : Math.min(from + 1, limit) });
        bytes = units ? 0 : bytes + 1;
        at += units;
      }
    }
  }

  protected override bytesOfNormal(id: number): Uint8Array {
    const text = this.vocabulary.texts[id];
    if (this.vocabulary.types[id] === TokenType.Byte) return Uint8Array.of(byteOf(text));
    return bytesOfEscaped(text.replaceAll(SPACE, ' '));
  }

  private encodeSegment(segment: string): readonly Piece[] {
    const cached = this.cache.get(segment);
    if (cached) return cached;
    const pieces = this.mergeSegment(segment);
    if (segment.length <= CACHED_LENGTH) {
      if (this.cache.size >= CACHED_SEGMENTS) this.cache.clear();
      this.cache.set(segment, pieces);
    }
    return pieces;
  }

  private mergeSegment(segment: string): Piece[] {
    // Line breaks have tokens of their own, so many together, and no merges (llama.cpp, LLAMA_VOCAB_PRE_TYPE_GEMMA4).
    const breaks = 'ranks' in this.order && segment.startsWith('\n') ? this.idOf.get(segment) : undefined;
    if (breaks !== undefined) return [{ id: breaks, units: segment.length }];
    const starts: number[] = []; // unit at which symbol i begins
    for (let at = 0; at < segment.length; at += charUnits(segment, at)) starts.push(at);
    const sizes = Int32Array.from(starts, (at) => charUnits(segment, at));
    const textOf = (i: number): string => segment.slice(starts[i], starts[i] + sizes[i]);
    const { order } = this;
    mergePairs(sizes, (left, right) => {
      if ('ranks' in order) return order.ranks.get(`${textOf(left)} ${textOf(right)}`) ?? NO_MERGE;
      const units = sizes[left] + sizes[right];
      if (units > this.longest) return NO_MERGE;
      const id = this.idOf.get(segment.slice(starts[left], starts[left] + units));
      return id === undefined ? NO_MERGE : -order.scores[id];
    });

    const pieces: Piece[] = [];
    starts.forEach((at, i) => {
      const units = sizes[i];
      if (units === 0) return;
      const text = segment.slice(at, at + units);
      const id = this.idOf.get(text);
      if (id !== undefined) pieces.push({ id, units });
      else pieces.push(...this.fallback(text));
    });
    return pieces;
  }

  /** The byte tokens of a character without a token; where one is missing, the unknown token for the whole character. */
  private fallback(char: string): Piece[] {
    const ids = Array.from(new TextEncoder().encode(char), (byte) => this.byteIds[byte]);
    if (ids.includes(NO_TOKEN)) return [{ id: this.vocabulary.unknownId ?? NO_TOKEN, units: char.length }];
    return ids.map((id, i) => ({ id, units: i + 1 < ids.length ? 0 : char.length }));
  }
}

/** Within which neighbours are merged by rank. */
const LINES = /[^\n]+|\n+/gu;

const SPACE_INSIDE = /[^\u2581]\u2581/;

/** UTF-16 units of the character there, in a well-formed text. */
const charUnits = (text: string, at: number): number => ((text.charCodeAt(at) & 0xfc00) === 0xd800 ? 2 : 1);

/** 10 of '<0x0A>' */
const byteOf = (text: string): number => parseInt(text.slice(3, 5), 16);
