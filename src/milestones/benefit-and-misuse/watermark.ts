/**
 * Two ways to put a mark into sampled text, and their detectors, which need the key and the tokenizer and no model.
 * Green list (Kirchenbauer et al. 2023): the token before decides which share γ of the vocabulary is green; green logits
 * get δ more. Ours draws the colour of each token by itself, so that γ holds on average. Tournament (SynthID-Text,
 * Dathathri et al. 2024): m rounds of a coin per token, decided by key and context; the distribution moves to the winners
 * of two draws in each round, and stays what it was on average over keys.
 */
import { exp } from '../../shared/elementary';
import type { Scheme } from './options';

export const GAMMA = 0.25;
/** Rounds of a tournament. */
export const ROUNDS = 10;
/** Tokens that the mark of the next one hangs on. */
export const CONTEXT: Readonly<Record<Scheme, number>> = { green: 1, tournament: 4 };

/** 32 bits of key, context and token (MurmurHash3's finalizer, Austin Appleby); no cryptography. */
function hash(key: number, context: readonly number[], token: number): number {
  let h = key >>> 0;
  for (const part of [...context, token]) {
    h = Math.imul(h ^ part, 0x85ebca6b) >>> 0;
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
    h = (h ^ (h >>> 16)) >>> 0;
  }
  return h;
}

export const isGreen = (key: number, context: readonly number[], token: number): boolean =>
  hash(key, context, token) < GAMMA * 2 ** 32;

/** The coins of a token, one bit a round. */
export const coins = (key: number, context: readonly number[], token: number): number =>
  hash(key, context, token) >>> (32 - ROUNDS);

/** Probabilities of these tokens, made greener: [ids], summing to 1. */
export function towardsGreen(
  probabilities: Float64Array,
  ids: readonly number[],
  { key, context, delta }: { key: number; context: readonly number[]; delta: number },
): Float64Array {
  const factor = exp(delta);
  const pushed = probabilities.map((p, i) => (isGreen(key, context, ids[i]) ? p * factor : p));
  const total = pushed.reduce((sum, p) => sum + p, 0);
  return pushed.map((p) => p / total);
}

/** What a tournament of ROUNDS rounds between two draws each leaves: p ← p · (1 + g − Σ p·g), g the round's coin. */
export function throughTournament(
  probabilities: Float64Array,
  ids: readonly number[],
  { key, context }: { key: number; context: readonly number[] },
): Float64Array {
  const bits = ids.map((id) => coins(key, context, id));
  let p = probabilities;
  for (let round = 0; round < ROUNDS; round++) {
    const heads = (i: number): number => (bits[i] >>> round) & 1;
    const mean = p.reduce((sum, each, i) => sum + each * heads(i), 0);
    p = p.map((each, i) => each * (1 + heads(i) - mean));
  }
  return p;
}

/** z of the first `length` tokens: each pair of context and token is counted once, however often it comes. */
export function score(scheme: Scheme, key: number, ids: readonly number[], length = ids.length): number {
  const width = CONTEXT[scheme];
  const seen = new Set<string>();
  let [counted, hits] = [0, 0];
  for (let at = width; at < Math.min(length, ids.length); at++) {
    const context = ids.slice(at - width, at);
    const pair = `${context.join()},${ids[at]}`;
    if (seen.has(pair)) continue;
    seen.add(pair);
    if (scheme === 'green') {
      counted++;
      if (isGreen(key, context, ids[at])) hits++;
    } else {
      counted += ROUNDS;
      for (let bits = coins(key, context, ids[at]); bits > 0; bits >>>= 1) hits += bits & 1;
    }
  }
  const chance = scheme === 'green' ? GAMMA : 0.5;
  return counted === 0 ? 0 : (hits - chance * counted) / Math.sqrt(counted * chance * (1 - chance));
}
