/** Patches at work: rows of the residual stream that come from another trace. */
import type { Edit } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import type { Buf, Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { editsOf, refuse } from './edits';

/** Finds a kept trace by its number; throws Problem trace-gone. */
export type TraceById = (id: number) => Trace;

/** x[count][d], what goes into the layer at start …: patched rows become another trace's. */
export function patchResidual(
  kernel: Kernel,
  edits: readonly Edit[],
  layer: number,
  x: Buf,
  d: number,
  start: number,
  count: number,
  traceById: TraceById | undefined,
): void {
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
    const length = (to - from) * d;
    kernel.copy(x.slice((from - start) * d, length), residual.slice(first * d, length), length);
  }
}
