/** Edits at work in attention: edges that are not seen, heads whose output is nothing. */
import type { Edit } from '../../protocol/edit';
import type { Buf, EdgeCuts, Kernel } from '../kernel/kernel';
import { cutsOf, editsOf } from './edits';

/** Calls `use` with the layer's cut edges in the kernel's memory, for as long as it runs. */
export function withCuts<Result>(
  kernel: Kernel,
  edits: readonly Edit[],
  layer: number,
  heads: number,
  use: (cuts: EdgeCuts | undefined) => Result,
): Result {
  const cuts = cutsOf(edits, layer, heads);
  if (!cuts) return use(undefined);
  const buf = kernel.alloc(cuts.length);
  try {
    buf.i32.set(cuts);
    return use(buf);
  } finally {
    kernel.free(buf);
  }
}

/** mixed[n][heads][headDim], the heads' outputs of the tokens start … start + n − 1: cut heads become 0. */
export function cutHeads(
  edits: readonly Edit[],
  layer: number,
  { heads, headDim }: { heads: number; headDim: number },
  mixed: Buf,
  start: number,
  n: number,
): void {
  for (const { head, tokens } of editsOf(edits, 'cut-head', layer)) {
    const outputs = mixed.f32;
    const from = Math.max(start, tokens?.from ?? 0);
    const to = Math.min(start + n, tokens?.to ?? Infinity);
    for (let token = from; token < to; token++) {
      const at = ((token - start) * heads + head) * headDim;
      outputs.fill(0, at, at + headDim);
    }
  }
}
