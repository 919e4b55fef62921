/** Edits at work in the residual stream and in what is added to it. */
import type { Edit } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import type { Buf, Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { changeVector, editsAt, EVERY_TOKEN, refuse, streamEdits } from './edits';

/** Finds a kept trace by its number; throws Problem trace-gone. */
export type TraceById = (id: number) => Trace;

/** x[count][d], the tokens from `start` on of what goes into the layer: zeroed, scaled, or another trace's. */
export function editStream(
  kernel: Kernel,
  edits: readonly Edit[],
  layer: number,
  x: Buf,
  d: number,
  start: number,
  count: number,
  traceById: TraceById | undefined,
): void {
  for (const edit of streamEdits(edits, layer)) {
    const { from: first, to: end } = edit.pos ?? EVERY_TOKEN;
    const from = Math.max(start, first);
    const to = Math.min(start + count, end);
    if (from >= to) continue;
    const rows = x.slice((from - start) * d, (to - from) * d);
    if (edit.do !== 'from') {
      changeVector(edit, rows.f32, 0, rows.length);
      continue;
    }
    const id = Number(edit.source);
    if (!traceById) throw new Problem('trace-gone', `The trace ${id} that is patched in is not kept.`);
    const source = traceById(id);
    const there = edit.pos ? edit.pos.from : 0;
    const at = edit.sourcePos + from - there;
    const { residual } = source.layer(layer);
    if (!residual || !Number.isInteger(at) || at < 0 || at + to - from > source.ids.length) {
      refuse(`The patch reads tokens ${at} to ${at + to - from} of a trace that has ${source.ids.length}.`);
    }
    kernel.copy(rows, residual.slice(at * d, rows.length), rows.length);
  }
}

/** update[count][d], what attention or the feed-forward part adds for the tokens from `start` on. */
export function editUpdate(
  edits: readonly Edit[],
  site: 'attn_out' | 'mlp_out',
  layer: number,
  update: Buf,
  d: number,
  start: number,
  count: number,
): void {
  for (const edit of editsAt(edits, site, layer)) {
    const { from: first, to: end } = edit.pos ?? EVERY_TOKEN;
    const from = Math.max(start, first);
    const to = Math.min(start + count, end);
    if (from < to) changeVector(edit, update.f32, (from - start) * d, (to - from) * d);
  }
}
