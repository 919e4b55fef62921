/** Word vectors of unit length: neighbours by cosine, and analogies (3CosAdd, Mikolov et al. 2013). */
import type { Neighbour } from './options';
import { readSafetensors } from '../shared/safetensors';

export interface Vectors {
  words: readonly string[];
  index: ReadonlyMap<string, number>;
  dims: number;
  /** [words][dims], each row of length 1 */
  rows: Float32Array;
}

/** Scales a copy of each row to length 1; a row of zeros stays. */
export function vectorsOf(words: readonly string[], values: ArrayLike<number>, dims: number): Vectors {
  const rows = Float32Array.from(values);
  for (let at = 0; at < words.length; at++) normalize(rows.subarray(at * dims, (at + 1) * dims));
  return { words, index: new Map(words.map((word, at) => [word, at])), dims, rows };
}

/** The shipped file, written by training/word2vec.py. Throws Problem model-invalid. */
export function readVectors(file: Uint8Array): { vectors: Vectors; metadata: Record<string, string> } {
  const { metadata, tensors } = readSafetensors(file, 'word2vec.safetensors');
  const { shape, bytes } = tensors.vectors;
  return { vectors: vectorsOf(metadata.words.split(' '), new Int8Array(bytes.buffer), shape[1]), metadata };
}

function normalize(row: Float32Array): void {
  let sum = 0;
  for (const value of row) sum += value * value;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let at = 0; at < row.length; at++) row[at] *= scale;
}

export function rowOf({ rows, dims }: Vectors, at: number): Float32Array {
  return rows.subarray(at * dims, (at + 1) * dims);
}

/** Cosines of `target` ([dims], any length but zero) with all words, into `scores` ([words]). */
export function cosines(vectors: Vectors, target: Float32Array, scores: Float32Array): void {
  const { rows, dims } = vectors;
  const unit = target.slice();
  normalize(unit);
  for (let at = 0, from = 0; at < scores.length; at++, from += dims) {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += rows[from + d] * unit[d];
    scores[at] = sum;
  }
}

/** b − a + c: "a is to b as c is to …". */
export function sumOf(vectors: Vectors, a: number, b: number, c: number): Float32Array {
  const [from, to, start] = [a, b, c].map((at) => rowOf(vectors, at));
  return from.map((value, d) => to[d] - value + start[d]);
}

/** The `count` nearest to `target`, without those left out and those that are not to be shown. */
export function nearest(
  vectors: Vectors,
  target: Float32Array,
  count: number,
  leftOut: Iterable<number> = [],
  isShown: (word: string) => boolean = () => true,
): Neighbour[] {
  const scores = new Float32Array(vectors.words.length);
  cosines(vectors, target, scores);
  for (const at of leftOut) scores[at] = -Infinity;
  const inOrder = [...scores.keys()]
    .filter((at) => scores[at] > -Infinity)
    .sort((x, y) => scores[y] - scores[x] || x - y);
  const shown: Neighbour[] = [];
  for (const at of inOrder) {
    if (shown.length === count) break;
    if (isShown(vectors.words[at])) shown.push({ word: vectors.words[at], cosine: scores[at] });
  }
  return shown;
}

/**
 * Without the analogy: the word nearest to c alone, the words of the question left out (Linzen 2016). Where it is right, b − a
 * has added nothing. `scores` are the cosines with c.
 */
export function nearestAlone(question: readonly number[], scores: Float32Array): number {
  let found = -1;
  for (let at = 0; at < scores.length; at++) {
    if (!question.includes(at) && (found < 0 || scores[at] > scores[found])) found = at;
  }
  return found;
}

/** The word nearest to the sum: over all words, and over all but the three of the question. */
export function answers(
  vectors: Vectors,
  [a, b, c]: readonly number[],
  scores: Float32Array,
): { allowed: number; excluded: number } {
  cosines(vectors, sumOf(vectors, a, b, c), scores);
  let [allowed, excluded] = [-1, -1];
  for (let at = 0; at < scores.length; at++) {
    if (allowed < 0 || scores[at] > scores[allowed]) allowed = at;
    if (at !== a && at !== b && at !== c && (excluded < 0 || scores[at] > scores[excluded])) excluded = at;
  }
  return { allowed, excluded };
}
