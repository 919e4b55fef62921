/** How much text fits into memory beside a model? Asked when one did not. */
import { Problem } from '../../protocol/problem';
import { Trace } from '../trace/trace';
import { MAP_SIZE } from '../trace/weights';
import { CHUNK } from './forward';
import type { Model } from './model';
import { scratchFor } from './phases';

/** Bytes that a kernel addresses. */
const MOST = 2 ** 32;
/** How much less is tried where a text did not fit. */
const LESS = 0.8;

/** Tokens, fewer than `tokens`, whose run finds room: by trying, about a fifth short of the most. 0: not even one. */
export function tokensThatFit(model: Model, tokens: number): number {
  const { kernel } = model;
  const before = kernel.bytesInUse;
  let each = 0;
  const fits = (count: number): boolean => {
    let trace: Trace | undefined;
    try {
      trace = new Trace(model.config, kernel, count);
      const scratch = scratchFor(model, Math.min(CHUNK, count), count);
      each = (kernel.bytesInUse - before) / count;
      try {
        // Heads' small maps are made while it is held.
        kernel.free(kernel.alloc(Math.min(MAP_SIZE, count) ** 2));
      } finally {
        scratch.free();
      }
      return true;
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === 'out-of-memory') return false;
      throw thrown;
    } finally {
      trace?.release();
    }
  };
  // A few tokens tell what one takes at most: what there is once for all is in it.
  if (!fits(1)) return 0;
  const few = Math.min(CHUNK, tokens - 1);
  if (few > 1) fits(few);
  let count = Math.min(Math.floor(tokens * LESS), Math.floor((MOST - before) / each));
  while (count > 1 && !fits(count)) count = Math.floor(count * LESS);
  return Math.max(1, count);
}
