/** A model's weights in a kernel's memory. Shapes are given as [rows (outputs)][cols (inputs)]. */
import type { Buf, Matrix } from '../kernel/kernel';
import type { FeedForward, Layer, Norm, Rotation } from './layerWeights';

/** One of a layer's feed-forward networks: an expert, or the only one that there is. */
export type NetworkId = number | 'dense';

/** A layer's weights for as long as somebody works with them. */
export interface Lease {
  /** Unless it is `whole`, its feed-forward networks are missing, but for the one that every token shares. */
  readonly layer: Layer;
  /** Whether the layer is in memory with all of its networks. */
  readonly whole: boolean;
  /** Begins to read networks that will be asked for next, where they are not in memory. */
  expect(ids: readonly NetworkId[]): void;
  /**
   * Calls `use` with each of these networks of the layer, in this order. One that is not in memory is there only as long as
   * its call; the next ones are read meanwhile. `pause` as in Weights.layer.
   */
  networks(
    ids: readonly NetworkId[],
    use: (network: FeedForward, id: NetworkId) => Promise<void> | void,
    pause?: () => Promise<void> | void,
  ): Promise<void>;
  /** Of layers that turn queries and keys. */
  readonly rotation?: Rotation;
  /** Nothing of the layer may be used after this. */
  release(): void;
}

/** The output matrix [vocabulary][embedding]. */
export interface Output {
  readonly words: number;
  /** Whether it is in memory. */
  readonly whole: boolean;
  /**
   * Calls `use` with all of its words in order, each time with those from `first` on, a multiple of HEAD_RANGE. Where it is not
   * in memory, they are there only as long as the call. `pause` as in Weights.layer.
   */
  ranges(
    use: (words: Matrix, first: number) => Promise<void> | void,
    pause?: () => Promise<void> | void,
  ): Promise<void>;
  /** What `use` makes of the few words that are packed with this one, from `first` on. */
  around<Result>(
    id: number,
    use: (words: Matrix, first: number) => Result,
    pause?: () => Promise<void> | void,
  ): Promise<Result>;
}

export interface Weights {
  /** out[n][embedding] of the tokens `ids` (i32). `pause` as in `layer`. */
  tokenRows(out: Buf, ids: Buf, n: number, pause?: () => Promise<void> | void): Promise<void> | void;
  /**
   * Waits until the layer's weights are in memory; those that are there already are leased for nothing. `pause` is awaited on
   * the way and may throw to stop.
   */
  layer(l: number, pause?: () => Promise<void> | void): Promise<Lease>;
  /** Of a model that is larger than memory: bytes that are read again each time that all layers run with all their experts. */
  bytesPerPass?: number;
  /** Learned, added to the token's (GPT-2). */
  positionEmbedding?: Matrix; // [context][embedding]
  /** [layers] What the stream is multiplied by behind each layer, one number each (Gemma 4). */
  layerScales?: readonly Buf[];
  /** Where layers take a part of a token's row in a table of its own: [tokens][layers · perLayer], and what of the stream is added to it. */
  perLayer?: { rows: Weights['tokenRows']; projection: Matrix; norm: Norm };
  /** Of what enters the first layer (BLOOM). */
  embeddingNorm?: Norm; // [embedding]
  /** Added to every token's: of a text that is one sentence (BERT). */
  typeEmbedding?: Buf; // [embedding]
  /** Left out where the last layer's stream is the result. */
  outputNorm?: Norm; // [embedding]
  outputBias?: Buf; // [vocabulary], added to the logits
  output: Output; // the token embedding itself when tied
}
