/** What an explanation consists of, as it crosses the borders. Everything here can be structured-cloned. */
import type { Handle } from './handle';

/** What one layer is made of. */
export interface LayerCard {
  mixer: MixerCard;
  /** No network; one for every token; experts that a router chooses; those and one more that every token goes through. */
  feedForward: 'none' | 'dense' | 'experts' | 'experts-and-shared';
}

/** How a layer brings positions together: by looking at them, or through a state that is carried from token to token. */
export type MixerCard =
  /**
   * `window`: how many positions a query sees, its own among them, to each side where it sees both; `sinks`: each head has a score
   * beside the keys'; `sharesWith`: the layer whose keys and values its queries look at, where it makes none; `latent`: keys
   * and values are made from fewer numbers of each token, and the weights are those of the keys that result (DeepSeek V2).
   */
  | { kind: 'attention'; heads: number; window?: number; sinks?: boolean; sharesWith?: number; latent?: boolean }
  /** Gated delta network (Yang et al. 2024): no position is looked at. */
  | { kind: 'delta'; heads: number }
  /** Mamba-2 (Dao & Gu 2024): nor is one here. */
  | { kind: 'mamba'; heads: number }
  /** Gated short convolution over the last `taps` positions (LFM2): all channels as one head. */
  | { kind: 'convolution'; heads: number; taps: number };

/** How experts are scored, chosen and weighed. */
export interface RoutingCard {
  /** A probability among all experts, or a number in 0 … 1 for each by itself. */
  score: 'softmax' | 'sigmoid';
  /** A number for each expert is added to its score for the choice alone. */
  bias: boolean;
  /** Experts stand in `count` groups, of which a token chooses within the best `used`. */
  groups?: { count: number; used: number };
  /** Weights are the chosen scores, divided by their sum, */
  renormalize: boolean;
  /** times this. */
  scale: number;
}

export interface ModelCard {
  name: string;
  /** general.architecture, e.g. "qwen3moe". */
  architecture: string;
  /** The commonest type among the matrices, e.g. "Q8_0". */
  quantization: string;
  /** Hex; null while it is being computed ("hashing…"). */
  sha256: string | null;
  path: string;
  layers: number;
  layerCards: readonly LayerCard[]; // [layers]
  /** What a hidden unit of a feed-forward layer is, e.g. "silu(gate) · up". */
  neuron: string;
  heads: number;
  kvHeads: number;
  headDim: number;
  embedding: number;
  vocabulary: number;
  /** Every token sees all others, the later ones, too, and none is predicted (encoders). */
  bothWays?: boolean;
  /** Tokens the model can look back over, as its file says. */
  context: number;
  /** What it was trained on, where its hash is one that the extension knows. */
  training?: TrainingCard;
  /** 0 for a dense model. */
  experts: number;
  expertsUsed: number;
  /** Left out where experts are chosen by the probabilities that weigh them. */
  routing?: RoutingCard;
  parameters: number;
  /** Parameters that take part in one token's computation. */
  activeParameters: number;
  /** Which kernel computes: 'reference', 'simd' or 'relaxed-simd'. */
  kernel: string;
  /** Of a model that is larger than memory: bytes read from the disk each time that all layers run. */
  bytesPerPass?: number;
}

export interface TrainingCard {
  /** In the language of the display. */
  on: string;
  /** Tokens of the longest texts in training; the file's own context is what its rotation could take. */
  context: number;
}

export interface PanelToken {
  id: number;
  /** UTF-8 bytes of the explained text, half-open. BOS: 0, 0. */
  start: number;
  end: number;
  /**
   * UTF-16 range of the whole characters that the token touches. Two tokens that share a character (its bytes are
   * divided among them) have overlapping ranges and are drawn as one. BOS: 0, 0.
   */
  charStart: number;
  charEnd: number;
  /** Label for axes and tables, e.g. "·return", "⏎", "<bos>". */
  label: string;
}

export interface Candidate {
  id: number;
  label: string;
  /** Exactly what the token would add. */
  text: string;
  logit: number;
  probability: number;
}

/** A part of a matrix of tokens: half-open ranges, queries down and keys across. */
export interface TokenSpan {
  q0: number;
  q1: number;
  k0: number;
  k1: number;
}

/** Such a part as a picture of so many cells; where they are fewer than its weights, these are pooled. */
export interface PictureSpan extends TokenSpan {
  rows: number;
  cols: number;
}

/** 8-bit picture of attention weights: weight = value / 255 · scale. Rows are queries, columns are keys. */
export interface Tile {
  rows: number;
  cols: number;
  values: Uint8Array; // [rows][cols]
  scale: number;
}

/** All heads of one layer as small pictures. */
export interface LayerMaps {
  layer: number;
  /** Each picture is size × size, max-pooled. */
  size: number;
  values: Uint8Array; // [heads][size][size]
  scales: Float32Array; // [heads]
}

export interface LayerExperts {
  layer: number;
  experts: number;
  topK: number;
  ids: Uint16Array; // [tokens][topK], falling weight
  weights: Float32Array; // [tokens][topK] as used
  /** Where the choice goes by something else than the weights (ModelCard.routing): each chosen expert's score, and what it was chosen by. */
  apart?: { scores: Float32Array; choice: Float32Array }; // [tokens][topK]
}

/** What a head was seen to do on this text. */
export type HeadRole =
  | 'bracket' // as a reader: at the closing bracket
  | 'bracket-ahead' // as a predictor: at the token before it, which has to guess it
  | 'definition' // from the editor's language support: a use looks at the definition's name
  | 'induction'
  | 'symbol' // likewise: code looks at the name of the function or class around it
  | 'quote' // within a string or comment, at what opened it
  | 'line-start' // at the line break and indentation before the query's line
  | 'same-token'
  | 'previous-token'
  | 'first-token'
  | 'uniform';

/** How much every head does one thing on this text. */
export interface RoleScores {
  role: HeadRole;
  /** The least score at which a head is said to do this. */
  threshold: number;
  /** How many queries each mean is over. */
  queries: number;
  /** How many the text has, where those are only a sample of them. */
  of?: number;
  /** The score of a head that looked at all its keys alike. */
  chance: number;
  scores: Float32Array; // [layers][heads], 0 … 1
  /**
   * What each score has to be better than: the head's mean weight at the same distances elsewhere in the text, or, for
   * brackets where that is more, the score less its lead over the next outer opener where there is one. Absent where the
   * role is about one distance or place.
   */
  baselines?: Float32Array; // [layers][heads]
  /** 1 where the baseline is of the next outer opener. Absent where no bracket has one. */
  outer?: Uint8Array; // [layers][heads]
}

/** One head and why it stands out, from measured weights. */
export interface Finding {
  role: HeadRole;
  layer: number;
  head: number;
  /** Mean weight on the role's key over all queries that have one. */
  score: number;
  /** As in RoleScores, of this head. */
  baseline?: number;
  outer?: boolean;
  /** How many queries that mean is over, and as in RoleScores. */
  queries: number;
  of?: number;
  /** The clearest single case. */
  example: { query: number; key: number; weight: number };
}

export interface Explanation {
  /** Names the kept trace for later questions. */
  trace: Handle;
  /** Strongest first; empty when nothing passes its threshold. */
  findings: Finding[];
  /** Every role that has cases on this text. */
  roles: RoleScores[];
  next: Candidate[];
  /** Natural log of each token's probability given those before it; NaN for the first, and for all where none is predicted. */
  logprobs: Float32Array; // [tokens]
  /** What the run was told to do otherwise than the model would, in canonical form (editText.ts). */
  interventions: readonly string[];
  /**
   * Under interventions, of a model that looks both ways and predicts nothing: how far what it gives of each token is from what it
   * was without them, as a share of its length then.
   */
  moved?: Float32Array; // [tokens]
  /** Tokens that went through the layers for this; the others were taken over from the text before an edit. */
  computedTokens: number;
  timings: { loadMs: number; tokenizeMs: number; forwardMs: number; totalMs: number };
  /** The kernel's helper threads were lost: one thread computes since. */
  threadsLost?: boolean;
}

/** What is looked at: one head's weights from a token, or to it. */
export interface Look {
  layer: number;
  head: number;
  token: number;
  direction: 'from' | 'to';
}

/** Its weights: [tokens]. */
export interface LookedRow extends Look {
  weights: Float32Array;
}

/** Sent while an explanation is made, in this order: loading (0 or more), model, tokens, layer 0, layer 1, …, row */
export type ExplainProgress =
  /** The model is being read from the disk; share of its bytes, 0 … 1. */
  | { kind: 'loading'; share: number }
  | { kind: 'model'; model: ModelCard }
  | {
      kind: 'tokens';
      trace: Handle;
      tokens: PanelToken[];
      /** Present when only the beginning of the text is explained. */
      cut: { explainedChars: number; totalChars: number; maxTokens: number } | null;
    }
  | { kind: 'layer'; maps: LayerMaps; experts: LayerExperts | null }
  /** What was looked at in the run before, where one was named: before anything is read off the whole run. */
  | { kind: 'row'; row: LookedRow };
