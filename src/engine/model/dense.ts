/**
 * A feed-forward network that is applied whole: down · (act(gate · x) ⊙ (up · x)), SwiGLU or GEGLU (Shazeer 2020), or without
 * a gate down · act(up · x).
 */
import type { Buf } from '../kernel/kernel';
import { changeVector } from './changeVector';
import type { Donors } from './donors';
import { editsAt, isIn } from './edits';
import type { FeedForward } from './layerWeights';
import type { Pass } from './pass';
import { editsOf, positionOf, type Hidden, type Rows } from './rows';

/** out[count][embedding] of input[count][embedding], which are `rowIds` of the rows or all of them. */
export function runFeedForward(
  { model: { kernel, config }, scratch: s, taps, donors }: Pass,
  layer: number,
  { gate, gateBias, up, upBias, down, downBias, scale }: FeedForward,
  input: Buf,
  out: Buf,
  { of, count, rowIds, scales }: Pick<Hidden, 'of' | 'count' | 'rowIds' | 'scales'>,
  rows: Rows,
): void {
  const width = up.rows;
  // Without a gate the units themselves are activated.
  kernel.matmul(s.gate, input, gate ?? up, count);
  const bias = gate ? gateBias : upBias;
  if (bias) kernel.addBias(s.gate, bias, count, width);
  if (gate) {
    kernel.matmul(s.up, input, up, count, true);
    if (upBias) kernel.addBias(s.up, upBias, count, width);
  }
  const which = { of, width, count, rowIds, scales };
  const factor = scale?.f32[0] ?? 1;
  taps.pre?.(layer, { ...which, ...(gate && { gate: s.gate }), up: gate ? s.up : s.gate, scale: factor }, rows);
  if (config.activation === 'gelu') kernel.geglu(s.gate, gate && s.up, count * width);
  else if (config.activation === 'relu-squared') squaredRelu(s.gate, count * width);
  else if (config.activation === 'clamped-silu') kernel.clampedSwiglu(s.gate, s.up, count * width);
  else kernel.swiglu(s.gate, s.up, count * width);
  if (scale) kernel.scale(s.gate, factor, count * width);
  const hidden: Hidden = { ...which, units: s.gate };
  editNeurons(layer, hidden, rows, donors);
  taps.hidden?.(layer, hidden, rows);
  kernel.matmul(out, s.gate, down, count);
  if (downBias) kernel.addBias(out, downBias, count, config.embedding);
}

/** x[i] = max(0, x[i])², for units without a gate. A small part of what the products around it cost. */
function squaredRelu(x: Buf, length: number): void {
  const values = x.f32;
  for (let i = 0; i < length; i++) values[i] = values[i] > 0 ? values[i] ** 2 : 0;
}

/** Hidden units that edits zero or scale. */
function editNeurons(layer: number, { of, units, width, count, rowIds }: Hidden, rows: Rows, donors: Donors): void {
  if (rows.edits.length === 0 && !rows.rowEdits) return;
  const [numbers, ids] = [units.f32, rowIds?.i32];
  for (let i = 0; i < count; i++) {
    const row = ids ? ids[i] : i;
    const position = positionOf(rows, row);
    for (const edit of editsAt(editsOf(rows, row), 'neuron', layer)) {
      if ((edit.expert ?? 'dense') !== of || !isIn(position, edit.pos)) continue;
      changeVector(edit, numbers, i * width + edit.neuron, 1, { donors, position, layer });
    }
  }
}
