/**
 * Which step of one chain of thought does the work of which step of another, and where do they first part? Steps are aligned
 * in order so that the likeness of the pairs is greatest (Needleman and Wunsch 1970); alike are steps that calculate alike or
 * share their words.
 */
import type { AlignedPair, Alignment, Step } from '../../protocol/reasoning';

/** Steps of each that are aligned: time and memory grow with their product. */
export const MOST_ALIGNED = 1000;

/** Pairs less alike are none. */
const LEAST = 0.25;

interface Read {
  words: ReadonlySet<string>;
  /** The signs between the numbers that it computes with, and what that comes to. */
  sums: readonly { signs: string; stated: number }[];
  /** Numbers and signs left of its equals signs. */
  operands: ReadonlySet<string>;
  numbers: ReadonlySet<number>;
  isAnswer: boolean;
}

export function align(left: readonly Step[], right: readonly Step[]): Alignment {
  const [a, b] = [left, right].map((steps) => steps.slice(0, MOST_ALIGNED).map(readStep));
  const pairs = pairUp(a, b).map(({ left: i, right: j }): AlignedPair => {
    return { left: i, right: j, differs: i !== null && j !== null && differs(a[i], b[j]) };
  });
  const first = pairs.findIndex((pair) => pair.differs);
  return { pairs, first: first < 0 ? null : first, isWhole: Math.max(left.length, right.length) <= MOST_ALIGNED };
}

/** The path through all pairs whose likeness above the least adds up to most; on a tie the earlier steps stay together. */
function pairUp(a: readonly Read[], b: readonly Read[]): Omit<AlignedPair, 'differs'>[] {
  const width = b.length + 1;
  const best = new Float32Array((a.length + 1) * width);
  const together = new Uint8Array(best.length);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      const both = likeness(a[i], b[j]) - LEAST + best[at + width + 1];
      const apart = Math.max(best[at + width], best[at + 1]);
      together[at] = both >= apart && both > best[at + width + 1] ? 1 : 0;
      best[at] = together[at] ? both : apart;
    }
  }
  const pairs: Omit<AlignedPair, 'differs'>[] = [];
  for (let [i, j] = [0, 0]; i < a.length || j < b.length;) {
    const at = i * width + j;
    if (i < a.length && j < b.length && together[at]) pairs.push({ left: i++, right: j++ });
    else if (j >= b.length || (i < a.length && best[at + width] >= best[at + 1]))
      pairs.push({ left: i++, right: null });
    else pairs.push({ left: null, right: j++ });
  }
  return pairs;
}

/** 0 to 1. What is calculated tells most: what it comes to may be where they part. */
function likeness(a: Read, b: Read): number {
  if (a.isAnswer && b.isAnswer) return 1;
  const words = overlap(a.words, b.words);
  if (a.sums.length === 0 || b.sums.length === 0) return words;
  return 0.6 * overlap(a.operands, b.operands) + 0.4 * words;
}

/** Both do a sum of one kind, which comes to something else, and neither says all that the other comes to. */
function differs(a: Read, b: Read): boolean {
  const says = (one: Read, other: Read): boolean => one.sums.every(({ stated }) => other.numbers.has(stated));
  const parts = a.sums.some(({ signs, stated }) => b.sums.some((sum) => sum.signs === signs && sum.stated !== stated));
  return parts && !says(a, b) && !says(b, a);
}

/** Jaccard's: shared ones among all. */
function overlap<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  if (a.size === 0 && b.size === 0) return 0;
  let shared = 0;
  for (const one of a) if (b.has(one)) shared++;
  return shared / (a.size + b.size - shared);
}

function readStep({ text, equations, isAnswer = false }: Step): Read {
  const words = text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{M}]+|\d+/gu) ?? [];
  const lefts = equations.map(({ text: sum }) => sum.slice(0, Math.max(0, sum.lastIndexOf('='))));
  return {
    words: new Set(words),
    sums: equations.map(({ stated }, i) => ({ signs: lefts[i].replace(/[\d\s.,()]/g, ''), stated })),
    operands: new Set(lefts.flatMap((left) => left.match(/[\d.,]+|[^\s()\d]/g) ?? [])),
    numbers: new Set([
      ...equations.map(({ stated }) => stated),
      ...Array.from(text.matchAll(/\d+(?:\.\d+)?/g), ([number]) => Number(number)),
    ]),
    isAnswer,
  };
}
