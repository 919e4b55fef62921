/** A model's weights in a kernel's memory. Shapes are given as [rows (outputs)][cols (inputs)]. */
import type { Buf, Matrix } from '../kernel/kernel';
import type { FeedForward } from './dense';
import type { MixtureOfExperts } from './experts';
import type { MixerWeights } from './mixers/mix';

export interface Norm {
  weight: Buf;
  bias?: Buf;
}

export interface Layer {
  attentionNorm: Norm; // [embedding]
  mixer: MixerWeights;
  feedForwardNorm: Norm; // [embedding]
  /** One of the two. */
  dense?: FeedForward;
  moe?: MixtureOfExperts;
}

/** How queries and keys turn with their position. */
export interface Rotation {
  /** [rotated elements / 2], the angle per position */
  inverseFrequencies: Buf;
}

/** A layer's weights for as long as somebody works with them. */
export interface Lease {
  readonly layer: Layer;
  /** Of layers that turn queries and keys. */
  readonly rotation?: Rotation;
  /** Nothing of the layer may be used after this. */
  release(): void;
}

export interface Weights {
  tokenEmbedding: Matrix; // [vocabulary][embedding]
  /** Waits until the layer's weights are in memory; those that are there already are leased for nothing. */
  layer(l: number): Promise<Lease>;
  outputNorm: Norm; // [embedding]
  output: Matrix; // [vocabulary][embedding]; the same matrix as tokenEmbedding when tied
}
