/** Edits at work where there is no attention: tokens that are not written into what later ones read. */
import type { Edit, TokenRange } from '../../protocol/edit';
import type { Buf } from '../kernel/kernel';
import { editsAt, EVERY_TOKEN } from './edits';

/**
 * written[n][heads][width], what the tokens start … start + n − 1 write or how strongly they do: 0 where an edit skips the write.
 */
export function skipWrites(
  edits: readonly Edit[],
  layer: number,
  { heads, width }: { heads: number; width: number },
  written: Buf,
  start: number,
  n: number,
): void {
  for (const { head, pos } of editsAt(edits, 'write', layer)) {
    const rows = written.f32;
    const { from, to } = pos ?? EVERY_TOKEN;
    for (let token = Math.max(start, from); token < Math.min(start + n, to); token++) {
      const at = (token - start) * heads * width;
      if (head === undefined) rows.fill(0, at, at + heads * width);
      else rows.fill(0, at + head * width, at + (head + 1) * width);
    }
  }
}

/** decay[n][heads] of the tokens start … start + n − 1: at one that no head writes the state stays as it was. */
export function keepStates(
  edits: readonly Edit[],
  layer: number,
  heads: number,
  decay: Buf,
  start: number,
  n: number,
): void {
  for (const { from, to } of tokensUnwritten(edits, layer)) {
    const [first, end] = [Math.max(start, from), Math.min(start + n, to)];
    if (first < end) decay.f32.fill(1, (first - start) * heads, (end - start) * heads);
  }
}

/** Tokens that no head of the layer writes. */
export const tokensUnwritten = (edits: readonly Edit[], layer: number): TokenRange[] =>
  editsAt(edits, 'write', layer)
    .filter(({ head }) => head === undefined)
    .map(({ pos }) => pos ?? EVERY_TOKEN);
