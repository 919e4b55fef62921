/** What a pass needs: sizes and conventions, weights, and the kernel that computes. */
import type { Kernel } from '../kernel/kernel';
import type { ModelConfig } from './config';
import type { Weights } from './weights';

export interface Model {
  config: ModelConfig;
  weights: Weights;
  kernel: Kernel;
}
