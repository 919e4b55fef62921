/** A feed-forward network that is applied whole: SwiGLU (Shazeer 2020), down · (silu(gate · x) ⊙ (up · x)). */
import type { Buf, Matrix } from '../kernel/kernel';
import type { Pass } from './pass';
import type { Hidden, Rows } from './rows';

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
  taps.hidden?.(layer, { of, units: s.gate, width: gate.rows, count, rowIds }, rows);
  kernel.matmul(out, s.gate, down, count);
}
