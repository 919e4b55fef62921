/**
 * A model of text, piece by piece: back-off over pieces; a piece never seen is spelled by a back-off model of bytes. So
 * every text has a probability, and −log₂ of it is the length of a code that gives the text back.
 */
import { log2 } from '../../shared/elementary';
import { Backoff } from './backoff';
import { pieces } from './tokens';

/** Bytes of context when a new word is spelled. */
const SPELLING_ORDER = 4;
/** After a piece's last byte. */
const END = 256;

/** Shares what is left for known words, when no context helps, anew among some of them. See clusterWords.ts. */
export interface Topic {
  /** The pieces that it has an opinion on. */
  pieces: ReadonlySet<number>;
  /** Sums to 1 over `pieces`. */
  probability(piece: number): number;
  /** A piece was read. */
  read(piece: number): void;
}

/** How much of its words' share the topic may give away. */
const TOPIC_SHARE = 0.6;

export class WordModel {
  private readonly ids = new Map<string, number>();
  readonly words: string[] = [];
  private readonly spelling = new Backoff(SPELLING_ORDER, () => 1 / 257);
  /** Kept until another spelling is learned. */
  private readonly spelled: number[] = [];
  private readonly model: Backoff;
  private topic: Topic | null = null;
  /** Counts of the topic's pieces. */
  private topicCount = 0;

  constructor(order: number) {
    this.model = new Backoff(
      order,
      (piece) => this.spell(piece),
      (piece, known) => {
        if (!this.topic?.pieces.has(piece)) return known;
        // Each of the topic's pieces lays a part of its count together, and gets the topic's share of all that.
        const moved = this.topicCount * this.topic.probability(piece) - this.model.count(piece);
        return known + (TOPIC_SHARE * moved) / this.model.size;
      },
    );
  }

  /** The number of a piece; a new one gets the next. */
  id(piece: string): number {
    let id = this.ids.get(piece);
    if (id === undefined) {
      id = this.words.length;
      this.ids.set(piece, id);
      this.words.push(piece);
    }
    return id;
  }

  /** The number of a piece that has been met, or −1. */
  find(piece: string): number {
    return this.ids.get(piece) ?? -1;
  }

  count(piece: string): number {
    const id = this.find(piece);
    return id < 0 ? 0 : this.model.count(id);
  }

  encode(text: string): number[] {
    return pieces(text).map((piece) => this.id(piece));
  }

  /** The spelling is learned from each different piece once. */
  learn(text: string): void {
    const ids = this.encode(text);
    for (let at = 0; at < ids.length; at++) this.learnPiece(ids, at);
  }

  private learnPiece(ids: readonly number[], at: number, times: 1 | -1 = 1): void {
    if (times < 0) this.model.learn(ids, at, times);
    if (this.model.count(ids[at]) === 0) {
      const bytes = bytesOf(this.words[ids[at]]);
      for (let end = 0; end < bytes.length; end++) this.spelling.learn(bytes, end, times);
      this.spelled.length = 0;
    }
    if (times > 0) this.model.learn(ids, at);
    if (this.topic?.pieces.has(ids[at])) this.topicCount += times;
  }

  /**
   * Probability of each piece given those before it: [pieces]. With `adapt` it learns each piece after guessing it, and
   * forgets the text again at the end.
   */
  read(text: string, { topic = null, adapt }: { topic?: Topic | null; adapt: boolean }): Float64Array {
    const ids = this.encode(text);
    this.topic = topic;
    this.topicCount = 0;
    for (const piece of topic?.pieces ?? []) this.topicCount += this.model.count(piece);
    const result = new Float64Array(ids.length);
    for (let at = 0; at < ids.length; at++) {
      result[at] = this.model.probability(ids, at, ids[at]);
      topic?.read(ids[at]);
      if (adapt) this.learnPiece(ids, at);
    }
    this.topic = null;
    if (adapt) for (let at = ids.length - 1; at >= 0; at--) this.learnPiece(ids, at, -1);
    return result;
  }

  /** Probability of one piece after others, e.g. of a correction in its place. */
  after(ids: readonly number[], end: number, piece: number): number {
    return this.model.probability(ids, end, piece);
  }

  private spell(piece: number): number {
    const known = this.spelled[piece];
    if (known !== undefined) return known;
    const bytes = bytesOf(this.words[piece]);
    let probability = 1;
    for (let end = 0; end < bytes.length; end++) probability *= this.spelling.probability(bytes, end, bytes[end]);
    return (this.spelled[piece] = Math.max(probability, Number.MIN_VALUE));
  }
}

/** UTF-8 and the end. */
function bytesOf(piece: string): number[] {
  return [...new TextEncoder().encode(piece), END];
}

/** −Σ log₂ p. */
export function bitsOf(probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < probabilities.length; at++) sum -= log2(probabilities[at]);
  return sum;
}
