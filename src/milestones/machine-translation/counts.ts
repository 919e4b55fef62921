/** Every run of up to five words of a text, counted: what both language models are made of. */

export const ORDER = 5;
/** Word numbers are below this. */
const MOST_WORDS = 2 ** 17;
const BEGIN = 0;
export const END = 1;
/** A word that the text does not have. */
export const UNKNOWN = 2;

/** What is known of the words before the next one. */
export interface History {
  /** Those that the text has, the empty one first, each with one word more. */
  contexts: number[];
  /** Words that could have been in it, at most four. */
  words: number;
}

/** Context 0 is the empty one; the context of two words hangs on that of the second. */
export class Counts {
  private readonly ids = new Map<string, number>([['<s>', BEGIN], ['</s>', END], ['<unknown>', UNKNOWN]]); // prettier-ignore
  /** (context, one word further back) → context. */
  private readonly longer = new Map<number, number>();
  /** (context, word) → how often it followed. */
  private readonly counts = new Map<number, number>();
  /** (context, word) → after how many different words further back it was seen. */
  private readonly continuations = new Map<number, number>();
  /** [contexts]: sums and numbers of kinds of both. */
  readonly totals: number[] = [0];
  readonly kinds: number[] = [0];
  readonly continuationTotals: number[] = [0];
  readonly continuationKinds: number[] = [0];
  /** Whether the context begins where a text does: nothing can stand before it. */
  readonly begins: boolean[] = [false];
  /** Words of the texts without their ends. */
  words = 0;

  constructor(texts: readonly (readonly string[])[]) {
    for (const text of texts) {
      const ids = [BEGIN, ...text.map((word) => this.ids.get(word) ?? this.add(word)), END];
      this.words += text.length;
      for (let end = 1; end < ids.length; end++) this.learn(ids, end);
    }
  }

  private add(word: string): number {
    const id = this.ids.size;
    this.ids.set(word, id);
    return id;
  }

  private learn(ids: readonly number[], end: number): void {
    const word = ids[end];
    let [context, shorter] = [0, 0];
    for (let back = 1; ; back++) {
      const key = context * MOST_WORDS + word;
      const count = this.counts.get(key) ?? 0;
      this.counts.set(key, count + 1);
      this.totals[context]++;
      if (count === 0) {
        this.kinds[context]++;
        if (back > 1) this.continue(shorter, word);
      }
      if (back === ORDER || end - back < 0) return;
      shorter = context;
      const path = context * MOST_WORDS + ids[end - back];
      let next = this.longer.get(path);
      if (next === undefined) {
        next = this.totals.length;
        this.longer.set(path, next);
        for (const list of [this.totals, this.kinds, this.continuationTotals, this.continuationKinds]) list.push(0);
        this.begins.push(ids[end - back] === BEGIN);
      }
      context = next;
    }
  }

  private continue(context: number, word: number): void {
    const key = context * MOST_WORDS + word;
    const before = this.continuations.get(key) ?? 0;
    this.continuations.set(key, before + 1);
    this.continuationTotals[context]++;
    if (before === 0) this.continuationKinds[context]++;
  }

  /** Different words, with the end of a text. */
  get vocabulary(): number {
    return this.ids.size - 2;
  }

  get size(): number {
    return this.counts.size;
  }

  id(word: string): number {
    return this.ids.get(word) ?? UNKNOWN;
  }

  /** Before the first word of a text. */
  get beginning(): number[] {
    return [BEGIN];
  }

  history(words: readonly number[]): History {
    const contexts = [0];
    for (let back = 1; back < ORDER && back <= words.length; back++) {
      const next = this.longer.get(contexts[back - 1] * MOST_WORDS + words[words.length - back]);
      if (next === undefined) break;
      contexts.push(next);
    }
    return { contexts, words: Math.min(words.length, ORDER - 1) };
  }

  count(context: number, word: number): number {
    return this.counts.get(context * MOST_WORDS + word) ?? 0;
  }

  continuation(context: number, word: number): number {
    return this.continuations.get(context * MOST_WORDS + word) ?? 0;
  }

  /** Every run of words, with the share of it among all that follow its context. */
  *shares(): Generator<[run: number[], share: number]> {
    const runs: number[][] = [[]];
    for (const [path, context] of this.longer) {
      runs[context] = [path % MOST_WORDS, ...runs[Math.floor(path / MOST_WORDS)]];
    }
    for (const [key, count] of this.counts) {
      const context = Math.floor(key / MOST_WORDS);
      yield [[...runs[context], key % MOST_WORDS], count / this.totals[context]];
    }
  }

  /** How many runs of `length` words were seen just once, and just twice. */
  rare(): { once: number[]; twice: number[] } {
    const [once, twice] = [new Array<number>(ORDER).fill(0), new Array<number>(ORDER).fill(0)];
    const lengths = [0];
    // A context is numbered after the one that it hangs on.
    for (const [path, context] of this.longer) lengths[context] = lengths[Math.floor(path / MOST_WORDS)] + 1;
    const tally = (of: Map<number, number>, fits: (length: number) => boolean): void => {
      for (const [key, count] of of) {
        const length = lengths[Math.floor(key / MOST_WORDS)];
        if (!fits(length) || count > 2) continue;
        if (count === 1) once[length]++;
        else twice[length]++;
      }
    };
    tally(this.counts, (length) => length === ORDER - 1);
    tally(this.continuations, (length) => length < ORDER - 1);
    return { once, twice };
  }
}
