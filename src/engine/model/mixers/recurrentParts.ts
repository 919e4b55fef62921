/** Sizes of what carries a state from token to token, a gated delta network or Mamba-2, and what a trace keeps of it. */
import type { Buf } from '../../kernel/kernel';

export interface RecurrentShape {
  /** Gated delta network: what the state says of a key is corrected (Yang et al. 2024). Mamba-2: it is added to (Dao & Gu 2024). */
  kind: 'delta' | 'mamba';
  /** Of values: each has a state of its own, and reads one of the queries and keys (`keyHeadOf`). */
  heads: number;
  keyHeads: number;
  /** Whether heads that read the same key stand side by side (Qwen3-Next, Mamba-2), or as far apart as there are keys. */
  neighbours: boolean;
  /** Of values. */
  headDim: number;
  /** Of queries and keys; a gated delta network's are as large as its values. */
  keyDim: number;
  /** How many positions the short convolution before queries, keys and values spans. */
  taps: number;
}

export const keyHeadOf = ({ heads, keyHeads, neighbours }: RecurrentShape, head: number): number =>
  neighbours ? Math.floor((head * keyHeads) / heads) : head % keyHeads;

/** Tokens between two states that are kept: a state is as large as dozens of tokens' rows. */
export const STATE_EVERY = 64;

/**
 * The state before any token follows from the last one kept before it and the rows since: no token's own is kept. What the
 * convolution reads beyond the rows of a run, its inputs of the taps − 1 rows before, is kept with each state.
 */
export interface RecurrentTrace {
  kind: 'delta' | 'mamba';
  /** Behind convolution and SiLU; a gated delta network's are of length 1. Mamba's papers say C, B and x. */
  q: Buf; // [tokens][keyHeads][keyDim]
  k: Buf; // [tokens][keyHeads][keyDim]
  v: Buf; // [tokens][heads][headDim]
  decay: Buf; // [tokens][heads], α: how much of the state stays, 0 … 1
  beta: Buf; // [tokens][heads], β: how strongly the token is written; of a gated delta network 0 … 1
  gate: Buf; // [tokens][heads][headDim], before SiLU
  /** Mamba-2: what the norm of each group of heads divided by. */
  deviation?: Buf; // [tokens][keyHeads]
  /** Before the tokens 0, STATE_EVERY, 2 · STATE_EVERY …: [states][heads][headDim][keyDim]. */
  states: Buf;
  tails: Buf; // [states][taps − 1][2 · keyHeads · keyDim + heads · headDim]: of queries, then of keys, then of values
  /** Behind the last row that was run. */
  state: Buf; // [heads][headDim][keyDim]
  tail: Buf; // as one of tails
}

interface Size {
  width: number;
  every: number;
}

/** Elements, of so many tokens each: 1, STATE_EVERY, or Infinity for what there is once. */
export function recurrentWidths({
  kind,
  heads,
  keyHeads,
  headDim,
  keyDim,
  taps,
}: RecurrentShape): Record<Exclude<keyof RecurrentTrace, 'kind' | 'deviation'>, Size> & { deviation?: Size } {
  const [keys, values, each] = [keyHeads * keyDim, heads * headDim, (width: number) => ({ width, every: 1 })];
  const state = values * keyDim;
  const tail = (taps - 1) * (2 * keys + values);
  return {
    q: each(keys),
    k: each(keys),
    v: each(values),
    decay: each(heads),
    beta: each(heads),
    gate: each(values),
    ...(kind === 'mamba' && { deviation: each(keyHeads) }),
    states: { width: state, every: STATE_EVERY },
    tails: { width: tail, every: STATE_EVERY },
    state: { width: state, every: Infinity },
    tail: { width: tail, every: Infinity },
  };
}

/** What later positions read. */
export const RECURRENT_REMEMBERS: readonly string[] = ['states', 'tails', 'state', 'tail'];
