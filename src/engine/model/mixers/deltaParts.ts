/** A gated delta network's sizes, and what a trace keeps of it. */
import type { Buf } from '../../kernel/kernel';

export interface DeltaShape {
  kind: 'delta';
  /** Of values: each has a state of its own, and reads one of the queries and keys (`keyHeadOf`). */
  heads: number;
  keyHeads: number;
  /** Whether heads that read the same key stand side by side (Qwen3-Next), or as far apart as there are keys. */
  neighbours: boolean;
  /** Of queries, keys and values alike. */
  headDim: number;
  /** How many positions the short convolution before queries, keys and values spans. */
  taps: number;
}

export const keyHeadOf = ({ heads, keyHeads, neighbours }: DeltaShape, head: number): number =>
  neighbours ? Math.floor((head * keyHeads) / heads) : head % keyHeads;

/** Tokens between two states that are kept: a state is as large as dozens of tokens' rows. */
export const STATE_EVERY = 64;

/**
 * The state before any token follows from the last one kept before it and the rows since: no token's own is kept. What the
 * convolution reads beyond the rows of a run, its inputs of the taps − 1 rows before, is kept with each state.
 */
export interface DeltaTrace {
  kind: 'delta';
  /** Behind convolution, SiLU and norm. */
  q: Buf; // [tokens][keyHeads][headDim], length 1
  k: Buf; // [tokens][keyHeads][headDim], length 1
  v: Buf; // [tokens][heads][headDim]
  decay: Buf; // [tokens][heads], α: how much of the state stays, 0 … 1
  beta: Buf; // [tokens][heads], β: how strongly the token is written, 0 … 1
  gate: Buf; // [tokens][heads][headDim], before SiLU
  /** Before the tokens 0, STATE_EVERY, 2 · STATE_EVERY …: [states][heads][headDim of v][headDim of k]. */
  states: Buf;
  tails: Buf; // [states][taps − 1][2 · keyHeads + heads][headDim]: of queries, then of keys, then of values
  /** Behind the last row that was run. */
  state: Buf; // [heads][headDim of v][headDim of k]
  tail: Buf; // as one of tails
}

/** Elements, of so many tokens each: 1, STATE_EVERY, or Infinity for what there is once. */
export function deltaWidths({
  heads,
  keyHeads,
  headDim,
  taps,
}: DeltaShape): Record<Exclude<keyof DeltaTrace, 'kind'>, { width: number; every: number }> {
  const [keys, values, each] = [keyHeads * headDim, heads * headDim, (width: number) => ({ width, every: 1 })];
  const state = heads * headDim * headDim;
  const tail = (taps - 1) * (2 * keys + values);
  return {
    q: each(keys),
    k: each(keys),
    v: each(values),
    decay: each(heads),
    beta: each(heads),
    gate: each(values),
    states: { width: state, every: STATE_EVERY },
    tails: { width: tail, every: STATE_EVERY },
    state: { width: state, every: Infinity },
    tail: { width: tail, every: Infinity },
  };
}

/** What later positions read. */
export const DELTA_REMEMBERS: readonly string[] = ['states', 'tails', 'state', 'tail'];
