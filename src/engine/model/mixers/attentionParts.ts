/** Attention's sizes, and what a trace keeps of it. */
import type { Buf } from '../../kernel/kernel';

export interface AttentionShape {
  kind: 'attention';
  heads: number;
  kvHeads: number;
  /** Of values, and so of what a head gives. */
  headDim: number;
  /** Of queries and keys; the same in most models. */
  keyDim: number;
  /** Multiplies q·k; 1/√keyDim (Vaswani et al. 2017) unless the model says otherwise. */
  scale: number;
  /** How many positions a query sees, its own among them, to each side where it sees both; undefined: all. */
  window?: number;
  /** Whether a query sees later positions, too, those of a window to both sides. */
  bothWays?: true;
  /** Scores s become softcap · tanh(s / softcap); undefined: they stay. */
  softcap?: number;
  /** Each position between query and key takes so much off a score, by head: the most of ALiBi's biases (Press et al. 2022). */
  alibi?: number;
  /** Whether each head has a sink: a score beside the keys', which takes its share of the softmax and gives nothing. */
  sinks?: boolean;
  /** How queries and keys turn with their position; undefined: not at all. */
  rope?: RopeShape;
  /** Queries are multiplied by 1 + rise · ln(1 + ⌊position / every⌋) (Mistral 3, after Llama 4). */
  temperature?: { rise: number; every: number };
  /** Queries, keys and values are kept within ± this (OLMo). */
  clamp?: number;
  /** Norms of queries and keys have a row of weights for each head (StableLM 2). */
  normPerHead?: boolean;
  /** What a head gives is multiplied by sigmoid(gate), which the position itself says (Qwen 3.5). */
  gated?: boolean;
  /** The layer before whose keys and values are read; undefined: the layer makes its own (Gemma 4). */
  sharesWith?: number;
  /** Queries, keys and values are made from latents of so many numbers (DeepSeek V2); queries: 0 where they come from the stream. */
  latent?: { queries: number; keys: number };
}

export interface RopeShape {
  /** Elements of each query and key that are rotated; ≤ keyDim. */
  dim: number;
  /** How many stand before them in a head; none unless it says otherwise. */
  after?: number;
  theta: number;
  /** Positions are divided by this. */
  scale: number;
  /** What turns is multiplied by this, too. */
  magnitude: number;
  /** Slow frequencies are divided by `scale`, fast ones are not (Peng et al. 2023); `original`: context before. */
  yarn?: { original: number; turns?: readonly [fast: number, slow: number] };
  /** Tensor with a factor for each frequency, by which it is divided. */
  factors?: string;
  /** Others, for contexts of more than `beyond` tokens (LongRoPE, Ding et al. 2024; Phi-3). */
  long?: { factors?: string; beyond: number };
  /**
   * Pairs are dealt in turn to a position's time, height and width (multi-section RoPE, Qwen 3.5), which are the same in a text; so
   * many to each. Those that are left turn with a fourth part, which stands still.
   */
  sections?: readonly number[];
}

/** Which of a rotation's two sets of frequencies a context of so many tokens has. */
export const isLong = ({ long }: { long?: { beyond: number } }, context: number): boolean =>
  long !== undefined && context > long.beyond;

/** K and V are the KV cache itself. */
export interface AttentionTrace {
  kind: 'attention';
  q: Buf; // [tokens][heads][keyDim], after QK-norm and rotation
  k: Buf; // [tokens][kvHeads][keyDim], likewise
  v: Buf; // [tokens][kvHeads][headDim]
  stats: Buf; // [tokens][heads][2]: maximum and sum of exp(score − maximum), a sink's among them
  sink?: Buf; // [tokens][heads]: the weight that a head's sink took; where there are sinks
  gate?: Buf; // [tokens][heads][headDim], before the sigmoid
}

/** Elements per token of each part of the trace. */
export const attentionWidths = ({
  heads,
  kvHeads,
  headDim,
  keyDim,
  sinks,
  gated,
}: AttentionShape): Record<'q' | 'k' | 'v' | 'stats', number> & { sink?: number; gate?: number } => ({
  q: heads * keyDim,
  k: kvHeads * keyDim,
  v: kvHeads * headDim,
  stats: heads * 2,
  ...(sinks && { sink: heads }),
  ...(gated && { gate: heads * headDim }),
});

/** What later positions read. */
export const ATTENTION_REMEMBERS: readonly string[] = ['k', 'v'];

/** Which key/value head a query head reads. */
export const kvHeadOf = ({ heads, kvHeads }: AttentionShape, head: number): number =>
  Math.floor(head / (heads / kvHeads));
