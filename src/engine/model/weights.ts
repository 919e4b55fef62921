/** A model's weights in a kernel's memory. Shapes are given as [rows (outputs)][cols (inputs)]. */
import type { Buf, Matrix } from '../kernel/kernel';
import type { Layer, Norm, Rotation } from './layerWeights';

/** A layer's weights for as long as somebody works with them. */
export interface Lease {
  readonly layer: Layer;
  /** Of layers that turn queries and keys. */
  readonly rotation?: Rotation;
  /** Nothing of the layer may be used after this. */
  release(): void;
}

export interface Weights {
  /** out[n][embedding] of the tokens `ids` (i32). */
  tokenRows(out: Buf, ids: Buf, n: number): void;
  /**
   * Waits until the layer's weights are in memory; those that are there already are leased for nothing. `pause` is awaited on
   * the way and may throw to stop.
   */
  layer(l: number, pause?: () => Promise<void> | void): Promise<Lease>;
  /** Of a model that is larger than memory: bytes that are read again each time that all layers run. */
  bytesPerPass?: number;
  /** Learned, added to the token's (GPT-2). */
  positionEmbedding?: Matrix; // [context][embedding]
  outputNorm: Norm; // [embedding]
  outputBias?: Buf; // [vocabulary], added to the logits
  output: Matrix; // [vocabulary][embedding]; the token embedding itself when tied
}
