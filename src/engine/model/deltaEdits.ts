/** Edits at work in a gated delta network: tokens that are not written into the state. */
import type { Edit } from '../../protocol/edit';
import type { Buf } from '../kernel/kernel';
import { editsAt, EVERY_TOKEN } from './edits';

/** beta[n][heads], how strongly the tokens start … start + n − 1 are written: 0 where an edit skips the write. */
export function skipWrites(
  edits: readonly Edit[],
  layer: number,
  heads: number,
  beta: Buf,
  start: number,
  n: number,
): void {
  for (const { head, pos } of editsAt(edits, 'write', layer)) {
    const strengths = beta.f32;
    const { from, to } = pos ?? EVERY_TOKEN;
    for (let token = Math.max(start, from); token < Math.min(start + n, to); token++) {
      const at = (token - start) * heads;
      if (head === undefined) strengths.fill(0, at, at + heads);
      else strengths[at + head] = 0;
    }
  }
}
