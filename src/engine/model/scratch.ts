/** The forward pass's working memory: taken once per pass, used by every layer. */
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig } from './config';
import type { FeedForward, Weights } from './weights';

export class Scratch {
  readonly ids: Buf; // i32 [tokens]
  readonly residual: Buf; // [tokens][embedding]
  readonly normed: Buf; // [chunk][embedding]
  readonly mixed: Buf; // [chunk][heads · headDim], the values mixed by attention
  readonly update: Buf; // [chunk][embedding]
  readonly gate: Buf; // [chunk][widest hidden]
  readonly up: Buf; // [chunk][widest hidden]
  readonly gathered: Buf; // [chunk][embedding], one expert's tokens
  readonly rowIds: Buf; // i32 [chunk]
  readonly rowScales: Buf; // [chunk]
  private readonly buffers: Buf[] = [];

  constructor(
    private readonly kernel: Kernel,
    config: ModelConfig,
    weights: Weights,
    chunk: number,
    tokens: number,
  ) {
    const { embedding, heads, headDim } = config;
    const hidden = Math.max(...weights.layers.flatMap(hiddenWidths));
    const hasExperts = config.experts > 0;
    try {
      this.ids = this.alloc(tokens);
      this.residual = this.alloc(tokens * embedding);
      this.normed = this.alloc(chunk * embedding);
      this.mixed = this.alloc(chunk * heads * headDim);
      this.update = this.alloc(chunk * embedding);
      this.gate = this.alloc(chunk * hidden);
      this.up = this.alloc(chunk * hidden);
      this.gathered = this.alloc(hasExperts ? chunk * embedding : 1);
      this.rowIds = this.alloc(hasExperts ? chunk : 1);
      this.rowScales = this.alloc(hasExperts ? chunk : 1);
    } catch (thrown) {
      this.free();
      throw thrown;
    }
  }

  free(): void {
    for (const buf of this.buffers.splice(0)) this.kernel.free(buf);
  }

  private alloc(length: number): Buf {
    const buf = this.kernel.alloc(length);
    this.buffers.push(buf);
    return buf;
  }
}

function hiddenWidths({ dense, moe }: Weights['layers'][number]): number[] {
  const all: (FeedForward | undefined)[] = [dense, moe?.experts[0], moe?.shared];
  return all.flatMap((feedForward) => (feedForward ? [feedForward.gate.rows] : []));
}
