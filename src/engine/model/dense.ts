/** A feed-forward network that is applied whole: SwiGLU (Shazeer 2020), down · (silu(gate · x) ⊙ (up · x)). */
import type { Buf, Matrix } from '../kernel/kernel';
import { changeVector, editsAt, isIn } from './edits';
import type { Pass } from './pass';
import { editsOf, positionOf, type Hidden, type Rows } from './rows';

export interface FeedForward {
  gate: Matrix; // [hidden][embedding]
  up: Matrix; // [hidden][embedding]
  down: Matrix; // [embedding][hidden]
}

/** out[count][embedding] of input[count][embedding], which are `rowIds` of the rows or all of them. */
export function runFeedForward(
  { model: { kernel }, scratch: s, taps }: Pass,
  layer: number,
  { gate, up, down }: FeedForward,
  input: Buf,
  out: Buf,
  { of, count, rowIds }: Pick<Hidden, 'of' | 'count' | 'rowIds'>,
  rows: Rows,
): void {
  kernel.matmul(s.gate, input, gate, count);
  kernel.matmul(s.up, input, up, count);
  kernel.swiglu(s.gate, s.up, count * gate.rows);
  const hidden: Hidden = { of, units: s.gate, width: gate.rows, count, rowIds };
  editNeurons(layer, hidden, rows);
  taps.hidden?.(layer, hidden, rows);
  kernel.matmul(out, s.gate, down, count);
}

/** Hidden units that edits zero or scale. */
function editNeurons(layer: number, { of, units, width, count, rowIds }: Hidden, rows: Rows): void {
  if (rows.edits.length === 0 && !rows.rowEdits) return;
  const [numbers, ids] = [units.f32, rowIds?.i32];
  for (let i = 0; i < count; i++) {
    const row = ids ? ids[i] : i;
    for (const edit of editsAt(editsOf(rows, row), 'neuron', layer)) {
      if ((edit.expert ?? 'dense') !== of || !isIn(positionOf(rows, row), edit.pos)) continue;
      changeVector(edit, numbers, i * width + edit.neuron, 1);
    }
  }
}
