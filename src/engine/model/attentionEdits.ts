/** Edits at work in attention: edges that are not seen, heads whose output is another. */
import type { Edit } from '../../protocol/edit';
import type { Buf, EdgeCuts, Kernel } from '../kernel/kernel';
import { changeVector, cutsOf, editsAt, EVERY_TOKEN } from './edits';

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

/** mixed[n][heads][headDim], the heads' outputs of the tokens start … start + n − 1. */
export function editHeads(
  edits: readonly Edit[],
  layer: number,
  { heads, headDim }: { heads: number; headDim: number },
  mixed: Buf,
  start: number,
  n: number,
): void {
  for (const edit of editsAt(edits, 'z', layer)) {
    const outputs = mixed.f32;
    const { from, to } = edit.pos ?? EVERY_TOKEN;
    for (let token = Math.max(start, from); token < Math.min(start + n, to); token++) {
      changeVector(edit, outputs, ((token - start) * heads + edit.head) * headDim, headDim);
    }
  }
}
