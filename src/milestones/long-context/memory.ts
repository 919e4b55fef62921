/** Attention of one head over a whole text, twice: with its n × n map in memory, and a block of keys at a time. */
import { exp } from '../../shared/elementary';

/** Keys of a block. */
const BLOCK = 64;
export const HEAD = 32;

export interface Attended {
  /** [tokens][HEAD] */
  out: Float32Array;
  /** Of all arrays beside what goes in and comes out. */
  bytes: number;
}

/** q, k, v: [tokens][HEAD] each. Every token sees every token. */
export function whole(q: Float32Array, k: Float32Array, v: Float32Array): Attended {
  const tokens = q.length / HEAD;
  const map = new Float32Array(tokens * tokens);
  const out = new Float32Array(q.length);
  for (let row = 0; row < tokens; row++) {
    let [most, sum] = [-Infinity, 0];
    for (let at = 0; at < tokens; at++) {
      map[row * tokens + at] = score(q, k, row, at);
      most = Math.max(most, map[row * tokens + at]);
    }
    for (let at = 0; at < tokens; at++) sum += map[row * tokens + at] = exp(map[row * tokens + at] - most);
    for (let at = 0; at < tokens; at++) {
      const share = map[row * tokens + at] / sum;
      for (let i = 0; i < HEAD; i++) out[row * HEAD + i] += share * v[at * HEAD + i];
    }
  }
  return { out, bytes: map.byteLength };
}

/** The softmax is put right whenever a larger score turns up (Milakov & Gimelshein 2018; Dao et al. 2022). */
export function streamed(q: Float32Array, k: Float32Array, v: Float32Array): Attended {
  const tokens = q.length / HEAD;
  const scores = new Float32Array(BLOCK);
  const mixed = new Float64Array(HEAD);
  const out = new Float32Array(q.length);
  for (let row = 0; row < tokens; row++) {
    let [most, sum] = [-Infinity, 0];
    mixed.fill(0);
    for (let from = 0; from < tokens; from += BLOCK) {
      const count = Math.min(BLOCK, tokens - from);
      let larger = most;
      for (let at = 0; at < count; at++) larger = Math.max(larger, (scores[at] = score(q, k, row, from + at)));
      const shrink = exp(most - larger);
      sum *= shrink;
      for (let i = 0; i < HEAD; i++) mixed[i] *= shrink;
      for (let at = 0; at < count; at++) {
        const share = exp(scores[at] - larger);
        sum += share;
        for (let i = 0; i < HEAD; i++) mixed[i] += share * v[(from + at) * HEAD + i];
      }
      most = larger;
    }
    for (let i = 0; i < HEAD; i++) out[row * HEAD + i] = mixed[i] / sum;
  }
  return { out, bytes: scores.byteLength + mixed.byteLength };
}

function score(q: Float32Array, k: Float32Array, row: number, at: number): number {
  let sum = 0;
  for (let i = 0; i < HEAD; i++) sum += q[row * HEAD + i] * k[at * HEAD + i];
  return sum / Math.sqrt(HEAD);
}
