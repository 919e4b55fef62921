/** A pass's working memory: taken once, used by every layer. */
import type { Buf, Kernel } from '../kernel/kernel';
import type { ModelConfig } from './config';
import type { AttentionShape } from './mixers/attentionParts';
import { recurrentWidths, type RecurrentShape } from './mixers/recurrentParts';

/** As a part of a pass sees it. */
export type WorkingMemory = Omit<Scratch, 'free'>;

export class Scratch {
  readonly ids: Buf; // i32 [tokens]
  readonly residual: Buf; // [tokens][embedding]
  readonly perLayer: Buf; // [layers][tokens][perLayer], what layers take of a token's row in a table of its own
  readonly normed: Buf; // [together][embedding]
  readonly mixed: Buf; // [chunk][heads · headDim], what each head of the mixer gives
  readonly update: Buf; // [together][embedding]
  readonly gate: Buf; // [chunk][widest hidden]
  readonly up: Buf; // [chunk][widest hidden]
  readonly gathered: Buf; // [chunk][embedding], one expert's tokens
  readonly expertOut: Buf; // [chunk][embedding]
  readonly rowIds: Buf; // i32 [together · most experts used]
  readonly rowScales: Buf; // [together · most experts used]
  /** Of what carries a state; of one element each where nothing does. */
  readonly recurrent: {
    readonly projected: Buf; // [chunk][widest of queries, keys, values], before the convolution; also the output gate
    readonly unit: Buf; // [keyDim], a norm's weight
    /** Of rows that all stand at one place: what they find. */
    readonly before: Buf; // [taps − 1][embedding], the normalised streams of the rows before
    readonly state: Buf; // [heads][headDim][keyDim]
    readonly tail: Buf; // as one of RecurrentTrace.tails
  };
  /** Of rows behind a short convolution's first: [taps − 1][embedding], what was written before them. */
  readonly written: Buf;
  /** Of attention with latents; of one element each where there is none. */
  readonly latent: {
    readonly made: Buf; // [chunk][widest latent]
    readonly still: Buf; // [chunk][heads][keyDim − rope.dim], the parts of keys that do not turn
    readonly turning: Buf; // [chunk][rope.dim]
  };
  /** [most experts + 2], where each expert's rows begin */
  readonly starts: Int32Array;
  private readonly buffers: Buf[] = [];

  constructor(
    private readonly kernel: Kernel,
    { embedding, shapes, layers, perLayer = 0 }: ModelConfig,
    /** Rows that any part of a layer computes at a time. */
    readonly chunk: number,
    readonly tokens: number,
    /** Rows that go through all parts of a layer before the next part does: the chunk, or all where a layer comes in parts. */
    together = chunk,
  ) {
    const most = (of: (shape: (typeof shapes)[number]) => number): number => Math.max(...shapes.map(of));
    const hidden = most(({ feedForward }) => Math.max(1, perLayer, feedForward.hidden, feedForward.sharedHidden));
    const used = most(({ feedForward }) => feedForward.expertsUsed);
    this.starts = new Int32Array(most(({ feedForward }) => feedForward.experts) + 2);
    try {
      this.ids = this.alloc(tokens);
      this.residual = this.alloc(tokens * embedding);
      this.perLayer = this.alloc(Math.max(1, layers * tokens * perLayer));
      this.normed = this.alloc(together * embedding);
      this.mixed = this.alloc(chunk * most(({ mixer }) => mixer.heads * mixer.headDim));
      const stateful = shapes.flatMap(({ mixer }) => (mixer.kind === 'delta' || mixer.kind === 'mamba' ? [mixer] : []));
      const widest = (of: (shape: RecurrentShape) => number): number => Math.max(1, ...stateful.map(of));
      this.recurrent = {
        projected: this.alloc(
          widest(({ heads, keyHeads, headDim, keyDim }) => chunk * Math.max(heads * headDim, keyHeads * keyDim)),
        ),
        unit: this.alloc(widest(({ keyDim }) => keyDim)),
        before: this.alloc(widest(({ taps }) => (taps - 1) * embedding)),
        state: this.alloc(widest((shape) => recurrentWidths(shape).state.width)),
        tail: this.alloc(widest((shape) => recurrentWidths(shape).tail.width)),
      };
      const taps = most(({ mixer }) => (mixer.kind === 'convolution' ? mixer.taps : 0));
      this.written = this.alloc(Math.max(1, (taps - 1) * embedding));
      const latents = shapes.flatMap(({ mixer }) => (mixer.kind === 'attention' && mixer.latent ? [mixer] : []));
      const widestLatent = (of: (shape: AttentionShape) => number): number => Math.max(1, ...latents.map(of));
      this.latent = {
        made: this.alloc(chunk * widestLatent(({ latent }) => Math.max(latent!.queries, latent!.keys))),
        still: this.alloc(chunk * widestLatent(({ heads, keyDim, rope }) => heads * (keyDim - rope!.dim))),
        turning: this.alloc(chunk * widestLatent(({ rope }) => rope!.dim)),
      };
      this.update = this.alloc(together * embedding);
      this.gate = this.alloc(chunk * hidden);
      this.up = this.alloc(chunk * hidden);
      this.gathered = this.alloc(used > 0 ? chunk * embedding : 1);
      this.expertOut = this.alloc(used > 0 ? chunk * embedding : 1);
      this.rowIds = this.alloc(Math.max(1, together * used));
      this.rowScales = this.alloc(Math.max(1, together * used));
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
