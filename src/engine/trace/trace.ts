/**
 * What a forward pass leaves behind for looking at: per layer Q, K, V, each softmax row's maximum and sum, and the
 * router's results. K and V are the KV cache itself. Attention maps are never kept: a map is computed from Q and K when
 * somebody looks at it, so memory grows with the number of tokens, not with its square.
 */
import { Problem } from '../../protocol/problem';
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig } from '../model/config';

export interface RouterTrace {
  probabilities: Buf; // [capacity][experts], softmax over experts
  ids: Buf; // i32 [capacity][expertsUsed], falling probability
  weights: Buf; // [capacity][expertsUsed], as used
}

export interface LayerTrace {
  q: Buf; // [capacity][heads][headDim], after QK-norm and rotation
  k: Buf; // [capacity][kvHeads][headDim], likewise
  v: Buf; // [capacity][kvHeads][headDim]
  stats: Buf; // [capacity][heads][2]: maximum and sum of exp(score − maximum)
  router?: RouterTrace;
}

export class Trace {
  /** Token ids so far; layers hold rows [0, ids.length). */
  readonly ids: number[] = [];
  readonly layers: LayerTrace[];
  /** Residual stream after the last layer and the output norm: what the output matrix reads. */
  readonly final: Buf; // [capacity][embedding]
  private released = false;

  /** Throws Problem out-of-memory; what was taken until then is given back. */
  constructor(
    readonly config: ModelConfig,
    private readonly kernel: Kernel,
    /** Tokens that there is room for. */
    readonly capacity: number,
  ) {
    const taken: Buf[] = [];
    const alloc = (perToken: number): Buf => {
      const buf = kernel.alloc(capacity * perToken);
      taken.push(buf);
      return buf;
    };
    const { heads, kvHeads, headDim, experts, expertsUsed } = config;
    try {
      this.layers = Array.from({ length: config.layers }, () => ({
        q: alloc(heads * headDim),
        k: alloc(kvHeads * headDim),
        v: alloc(kvHeads * headDim),
        stats: alloc(heads * 2),
        ...(experts > 0 && {
          router: { probabilities: alloc(experts), ids: alloc(expertsUsed), weights: alloc(expertsUsed) },
        }),
      }));
      this.final = alloc(config.embedding);
    } catch (thrown) {
      for (const buf of taken) kernel.free(buf);
      throw thrown;
    }
    this.buffers = taken;
  }

  private readonly buffers: Buf[];

  /** The kernel's memory is given back; questions after this get a Problem trace-gone. */
  release(): void {
    if (this.released) return;
    this.released = true;
    for (const buf of this.buffers) this.kernel.free(buf);
  }

  /** Throws Problem internal unless there is a token at this position. */
  checkToken(position: number): void {
    if (!(Number.isInteger(position) && position >= 0 && position < this.ids.length)) {
      throw new Problem('internal', `There is no token ${position}; the explanation has ${this.ids.length}.`);
    }
  }

  /** The layer's rows; throws Problem trace-gone after release. */
  layer(index: number): LayerTrace {
    if (this.released) throw new Problem('trace-gone', 'This explanation is no longer kept.');
    const layer = this.layers[index];
    if (!layer) throw new Problem('internal', `There is no layer ${index}; the model has ${this.layers.length}.`);
    return layer;
  }
}
