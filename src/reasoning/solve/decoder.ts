/**
 * A place in a text that a model reads or writes: moves to other texts and computes only what they do not share with the
 * one before. One key/value cache serves a solution, its forced answers and its samples.
 */
import { refuseBothWays } from '../../engine/model/bothWays';
import { forward } from '../../engine/model/forward';
import type { LoadedModel } from '../../engine/model/load';
import { logitsAt } from '../../engine/model/logits';
import type { Edit } from '../../protocol/edit';
import { Trace } from '../../engine/trace/trace';

export class Decoder {
  private readonly trace: Trace;

  /** Throws Problem out-of-memory, both-ways for a model that predicts nothing. */
  constructor(
    private readonly model: LoadedModel,
    /** Tokens that there is room for. */
    readonly capacity: number,
    /** What the model does otherwise than it would, all the time. */
    edits: readonly Edit[] = [],
    /** Awaited often while a long text is read; may throw to stop. */
    private readonly pause?: () => Promise<void>,
  ) {
    refuseBothWays(model.config);
    this.trace = new Trace(model.config, model.kernel, capacity, { edits, keepResidual: false });
  }

  get length(): number {
    return this.trace.ids.length;
  }

  /** From now on the text is `ids` (at least one, at most `capacity`). */
  async moveTo(ids: readonly number[]): Promise<void> {
    const held = this.trace.ids;
    let common = 0;
    while (common < held.length && common < ids.length && held[common] === ids[common]) common++;
    held.length = common;
    if (common < ids.length) await forward(this.model, this.trace, ids.slice(common), { afterChunk: this.pause });
  }

  async push(id: number): Promise<void> {
    await forward(this.model, this.trace, [id]);
  }

  /** What comes after the last token: [vocabulary]. */
  logits(): Promise<Float32Array> {
    return this.logitsAt(this.length - 1);
  }

  logitsAt(position: number): Promise<Float32Array> {
    return logitsAt(this.model, this.trace, position, this.pause);
  }

  /** What the output matrix reads, of the tokens from `first` on: [tokens][embedding], a copy. */
  states(first: number): Float32Array {
    const { embedding } = this.model.config;
    return this.trace.final.slice(first * embedding, (this.length - first) * embedding).f32.slice();
  }

  release(): void {
    this.trace.release();
  }
}
