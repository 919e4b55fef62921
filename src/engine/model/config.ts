/** Which transformer a model is: sizes and conventions. Architectures (architectures/) read them from a file's metadata. */
import type { RopePairing } from '../kernel/kernel';
import type { LayerShape } from './shape';

/** How a router's scores become a choice of experts and their weights. */
export interface Routing {
  /** Of each expert: a probability among all, or a score of its own in 0 … 1 (DeepSeek V3, GLM 4.5). */
  score: 'softmax' | 'sigmoid';
  /** The chosen experts' scores are divided by their sum. */
  renormalize: boolean;
  /** Then they are multiplied by this. */
  scale: number;
  /** Experts stand in `count` groups, of which the best `used` are chosen from, by their two best (DeepSeek V3). */
  groups?: { count: number; used: number };
}

export interface ModelConfig {
  architecture: string;
  /** Width of the residual stream. */
  embedding: number;
  layers: number;
  /** [layers] */
  shapes: readonly LayerShape[];
  /** The most that any layer has: tables of heads have [layers][heads] cells. */
  heads: number;
  ropePairing: RopePairing;
  norm: 'rms' | 'layer';
  /** Keeps the norms from dividing by 0. */
  epsilon: number;
  /** Of the gate of a feed-forward network, or, without a gate, of its hidden units. */
  activation: 'silu' | 'clamped-silu' | 'gelu' | 'relu-squared';
  /** Attention and feed-forward read the same stream instead of one after the other (GPT-J, GPT-NeoX). */
  parallelResidual: boolean;
  /** The embedding is multiplied by this; what a layer adds to the stream; the logits. */
  embeddingScale: number;
  residualScale: number;
  logitScale: number;
  /** Logits become logitSoftcap · tanh(logit / logitSoftcap); undefined: they stay. */
  logitSoftcap?: number;
  /** Every token sees all others, the later ones, too (encoders); undefined: those before it. */
  bothWays?: true;
  /** There is no output matrix: what the last layer gives is the result (encoders). */
  headless?: true;
  /** Of each token and layer so many numbers come from a table, too (Gemma 4 E2B); undefined: none. */
  perLayer?: number;
  /** Tokens the model was trained to look back over. */
  context: number;
  /** The most that any layer has; 0 for a dense model. */
  experts: number;
  expertsUsed: number;
  routing: Routing;
  /** Blocks behind the layers that predict further tokens (MTP): they are in the file and change nothing here. */
  further?: number;
}
