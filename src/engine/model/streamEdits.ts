/** Edits at work in the residual stream and in what is added to it. */
import type { Edit, StreamEdit } from '../../protocol/edit';
import type { Buf } from '../kernel/kernel';
import { changeVector } from './changeVector';
import type { Donors } from './donors';
import { editsAt, EVERY_TOKEN, streamEdits } from './edits';

/** x[count][d], the tokens from `start` on of what goes into the layer. */
export function editStream(
  edits: readonly Edit[],
  layer: number,
  x: Buf,
  d: number,
  start: number,
  count: number,
  donors: Donors,
): void {
  editRows(streamEdits(edits, layer), x, d, start, count, donors);
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
  donors: Donors,
): void {
  editRows(editsAt(edits, site, layer), update, d, start, count, donors);
}

function editRows(
  edits: readonly StreamEdit[],
  rows: Buf,
  d: number,
  start: number,
  count: number,
  donors: Donors,
): void {
  for (const edit of edits) {
    const { from, to } = edit.pos ?? EVERY_TOKEN;
    const numbers = rows.f32;
    for (let position = Math.max(start, from); position < Math.min(start + count, to); position++) {
      changeVector(edit, numbers, (position - start) * d, d, { donors, position, layer: edit.layer });
    }
  }
}
