/** Which transformer a model is: sizes and conventions. Architectures (architectures/) read them from a file's metadata. */
import type { RopePairing } from '../kernel/kernel';
import type { LayerShape } from './shape';

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
  rmsEpsilon: number;
  /** Tokens the model was trained to look back over. */
  context: number;
  /** The most that any layer has; 0 for a dense model. */
  experts: number;
  expertsUsed: number;
  /** Divide the chosen experts' probabilities by their sum. */
  renormalizeExperts: boolean;
}
