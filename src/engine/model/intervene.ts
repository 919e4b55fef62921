/** Edits at work in the forward pass and in what is read from its trace. Every function does nothing where no edit acts. */
import { Problem } from '../../protocol/problem';
import type { Buf, EdgeCuts, Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { cutsOf, editsOf, refuse } from './edits';

/** Finds a kept trace by its number; throws Problem trace-gone. */
export type TraceById = (id: number) => Trace;

/** Calls `use` with the layer's cut edges in the kernel's memory, for as long as it runs. */
export function withCuts<Result>(
  kernel: Kernel,
  { edits, config }: Trace,
  layer: number,
  use: (cuts: EdgeCuts | undefined) => Result,
): Result {
  const cuts = cutsOf(edits, layer, config.heads);
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
export function cutHeads({ edits, config }: Trace, layer: number, mixed: Buf, start: number, n: number): void {
  const { heads, headDim } = config;
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

/** x[count][embedding], what goes into the layer at start …: patched rows become another trace's. */
export function patchResidual(
  kernel: Kernel,
  { edits, config }: Trace,
  layer: number,
  x: Buf,
  start: number,
  count: number,
  traceById: TraceById | undefined,
): void {
  const { embedding: d } = config;
  for (const { tokens, trace: id, sourceFrom } of editsOf(edits, 'patch-residual', layer)) {
    const from = Math.max(start, tokens.from);
    const to = Math.min(start + count, tokens.to);
    if (from >= to) continue;
    if (!traceById) throw new Problem('trace-gone', `The trace ${id} that is patched in is not kept.`);
    const source = traceById(id);
    const first = sourceFrom + from - tokens.from;
    const { residual } = source.layer(layer);
    if (!residual || !Number.isInteger(first) || first < 0 || first + to - from > source.ids.length) {
      refuse(`The patch reads tokens ${first} to ${first + to - from} of a trace that has ${source.ids.length}.`);
    }
    kernel.copy(
      x.slice((from - start) * d, (to - from) * d),
      residual.slice(first * d, (to - from) * d),
      (to - from) * d,
    );
  }
}
