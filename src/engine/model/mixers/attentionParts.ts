/** Attention's sizes, and what a trace keeps of it. */
import type { Buf } from '../../kernel/kernel';

export interface AttentionShape {
  kind: 'attention';
  heads: number;
  kvHeads: number;
  headDim: number;
  /** Multiplies q·k; 1/√headDim (Vaswani et al. 2017) unless the model says otherwise. */
  scale: number;
  /** How many positions a query sees, its own among them; undefined: all before it. */
  window?: number;
  /** Scores s become softcap · tanh(s / softcap); undefined: they stay. */
  softcap?: number;
  /** How queries and keys turn with their position; undefined: not at all. */
  rope?: RopeShape;
}

export interface RopeShape {
  /** Elements of each head that are rotated; ≤ headDim. */
  dim: number;
  theta: number;
  /** Positions are divided by this. */
  scale: number;
  /** What turns is multiplied by this, too. */
  magnitude: number;
  /** Slow frequencies are divided by `scale`, fast ones are not (Peng et al. 2023); `original`: context before. */
  yarn?: { original: number };
  /** Tensor with a factor for each frequency, by which it is divided. */
  factors?: string;
}

/** K and V are the KV cache itself. */
export interface AttentionTrace {
  kind: 'attention';
  q: Buf; // [tokens][heads][headDim], after QK-norm and rotation
  k: Buf; // [tokens][kvHeads][headDim], likewise
  v: Buf; // [tokens][kvHeads][headDim]
  stats: Buf; // [tokens][heads][2]: maximum and sum of exp(score − maximum)
}

/** Elements per token of each part of the trace. */
export const attentionWidths = ({
  heads,
  kvHeads,
  headDim,
}: AttentionShape): Record<Exclude<keyof AttentionTrace, 'kind'>, number> => ({
  q: heads * headDim,
  k: kvHeads * headDim,
  v: kvHeads * headDim,
  stats: heads * 2,
});

/** What later positions read. */
export const ATTENTION_REMEMBERS: readonly string[] = ['k', 'v'];

/** Which key/value head a query head reads. */
export const kvHeadOf = ({ heads, kvHeads }: AttentionShape, head: number): number =>
  Math.floor(head / (heads / kvHeads));
