/** A layer's weights by part, in a kernel's memory. Shapes are given as [rows (outputs)][cols (inputs)]. */
import type { Buf, Matrix } from '../kernel/kernel';

export interface Norm {
  weight: Buf;
  bias?: Buf;
}

export interface AttentionWeights {
  wq: Matrix; // [heads · keyDim][embedding]
  /** Both left out where the layer reads another one's keys and values. */
  wk?: Matrix; // [kvHeads · keyDim][embedding]
  wv?: Matrix; // [kvHeads · headDim][embedding]
  wo: Matrix; // [embedding][heads · headDim]
  bq?: Buf; // [heads · keyDim]
  bk?: Buf; // [kvHeads · keyDim]
  bv?: Buf; // [kvHeads · headDim]
  bo?: Buf; // [embedding]
  qNorm?: Norm; // [keyDim], or [heads · keyDim] where the whole projection is normalised (OLMoE) or each head by its own (StableLM 2)
  kNorm?: Norm; // [keyDim], or [kvHeads · keyDim]
  vNorm?: Norm; // [headDim]
  sinks?: Buf; // [heads], a score beside the keys'
  /** Where the shape is gated. */
  wgate?: Matrix; // [heads · headDim][embedding]
  /** Where the shape has latents: wq, wk and wv read these instead of the stream, and wk makes the part of a key that does not turn. */
  latent?: LatentWeights;
}

export interface LatentWeights {
  /** Without it queries come from the stream. */
  queries?: { down: Matrix; norm: Norm }; // [latent][embedding]; [latent]
  keys: { down: Matrix; norm: Norm }; // likewise
  /** The part of a key that turns, one for all heads. */
  turns: Matrix; // [rope.dim][embedding]
}

/** Of what carries a state from token to token. */
export interface RecurrentWeights {
  wq: Matrix; // [keyHeads · keyDim][embedding]
  wk: Matrix; // [keyHeads · keyDim][embedding]
  wv: Matrix; // [heads · headDim][embedding]
  wgate: Matrix; // [heads · headDim][embedding]
  wo: Matrix; // [embedding][heads · headDim]
  bo?: undefined;
  bv?: undefined;
  /** Of the convolution, the present position last. */
  convolveQ: Buf; // [keyHeads · keyDim][taps]
  convolveK: Buf; // [keyHeads · keyDim][taps]
  convolveV: Buf; // [heads · headDim][taps]
  biasQ?: Buf; // [keyHeads · keyDim]
  biasK?: Buf; // [keyHeads · keyDim]
  biasV?: Buf; // [heads · headDim]
}

export interface MambaWeights extends RecurrentWeights {
  /** The step Δ = softplus(wstep · x + bias); what stays of the state: exp(rate · Δ). */
  wstep: Matrix; // [heads][embedding]
  stepBias: Buf; // [heads]
  rate: Buf; // [heads], negative
  /** How much of the token's own value is added to what is read. */
  skip: Buf; // [heads]
  norm: Norm; // [heads · headDim], of each group of heads that share a key
}

export interface DeltaWeights extends RecurrentWeights {
  walpha: Matrix; // [heads][embedding]
  wbeta: Matrix; // [heads][embedding]
  /** α = exp(rate · softplus(walpha · x + bias)). */
  rate: Buf; // [heads], negative
  rateBias: Buf; // [heads]
  norm: Norm; // [headDim], of what each head reads
}

export interface ConvolutionWeights {
  /** What is multiplied before the convolution, both ways alike. */
  wbefore: Matrix; // [embedding][embedding]
  wv: Matrix; // [embedding][embedding]
  /** What is multiplied behind it. */
  wgate: Matrix; // [embedding][embedding]
  convolve: Buf; // [embedding][taps], the present position last
  wo: Matrix; // [embedding][embedding]
  bo?: undefined;
  bv?: undefined;
}

/** Of the kind of the layer's shape. */
export type MixerWeights = AttentionWeights | DeltaWeights | MambaWeights | ConvolutionWeights;

export interface FeedForward {
  gate?: Matrix; // [hidden][embedding]
  gateBias?: Buf; // [hidden]
  up: Matrix; // [hidden][embedding]
  upBias?: Buf; // [hidden]
  down: Matrix; // [embedding][hidden]
  downBias?: Buf; // [embedding]
  /** Of one number, by which the units count on their way into `down` (Gemma 4's experts). */
  scale?: Buf;
}

export interface MixtureOfExperts {
  /** Of the stream, for the router alone, whose logits are then divided by √embedding (Gemma 4). */
  routerNorm?: Norm; // [embedding]
  router: Matrix; // [experts][embedding]
  routerBias?: Buf; // [experts]
  /** Added to the scores for the choice alone (Wang et al. 2024, auxiliary-loss-free load balancing). */
  choiceBias?: Buf; // [experts]
  experts: FeedForward[]; // [experts]
  /** Of what the chosen experts give together, before the shared one's is added. */
  expertsPostNorm?: Norm; // [embedding]
  /** Runs for every token. */
  shared?: SharedExpert;
}

export interface SharedExpert extends FeedForward {
  /** What it gives is scaled by sigmoid(gate · x) (Qwen2-MoE). */
  inputGate?: Matrix; // [1][embedding]
  /** Both or neither: of the stream, where it does not read what the experts read, and of what it gives (Gemma 4). */
  norm?: Norm; // [embedding]
  postNorm?: Norm; // [embedding]
}

/** What of a token's row in a table of its own a layer takes (Gemma 4): up · (gelu(gate · x) ⊙ row), behind a norm. */
export interface PerLayerWeights {
  gate: Matrix; // [perLayer][embedding]
  up: Matrix; // [embedding][perLayer]
  norm: Norm; // [embedding]
}

export interface Layer {
  /** Left out where the stream is read as it is (OLMo 2). */
  attentionNorm?: Norm; // [embedding]
  mixer: MixerWeights;
  /** Of what attention adds to the stream, before it is added. */
  attentionPostNorm?: Norm; // [embedding]
  /** Of the stream when attention has been added to it (the norms behind of Vaswani et al. 2017; BERT). */
  attentionStreamNorm?: Norm; // [embedding]
  feedForwardNorm?: Norm; // [embedding]
  feedForwardPostNorm?: Norm; // [embedding]
  feedForwardStreamNorm?: Norm; // [embedding]
  /** One of the two, or neither: the layer adds nothing but what its mixer does (Nemotron-H). */
  dense?: FeedForward;
  moe?: MixtureOfExperts;
  perLayer?: PerLayerWeights;
}

/** How queries and keys turn with their position. */
export interface Rotation {
  /** [rotated elements / 2], the angle per position */
  inverseFrequencies: Buf;
  magnitude: number;
  /** Others, for contexts of more than `beyond` tokens. */
  long?: { inverseFrequencies: Buf; beyond: number };
}
