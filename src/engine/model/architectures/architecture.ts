/** What a kind of model is: how its metadata is read, and which tensors a layer of it has. docs/ADD-AN-ARCHITECTURE.md. */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Plan, TensorNames } from '../plan';
import type { LayerShape } from '../shape';
import type { Layer } from '../layerWeights';

export interface Architecture {
  /** As general.architecture names it. */
  name: string;
  /** Sizes and conventions. Throws Problem model-invalid or model-unsupported, naming the key. */
  config(keys: Keys): ModelConfig;
  /** The tensors of layer l; `names` has its prefix. */
  layer(names: TensorNames, config: ModelConfig, shape: LayerShape, l: number): Plan<Layer>;
  /** What files call the norm behind the last layer; 'output_norm' unless it says otherwise; null: it has no weights. */
  outputNorm?: string | null;
  /** Whether the embedding is normalised before the first layer. */
  normsEmbedding?: true;
  /** What files call the number that the stream is multiplied by behind each layer (Gemma 4). */
  layerScale?: string;
  /** Tensors of such files that change nothing. */
  ignored?: RegExp;
}
