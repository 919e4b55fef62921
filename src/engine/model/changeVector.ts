/** One vector under an edit: zeroed, scaled, or another in its place. */
import type { Edit } from '../../protocol/edit';
import { donated, type Donors } from './donors';

/** `width` numbers from `at` on, which are the site's at this position. Throws Problem edit-invalid without its donor. */
export function changeVector(
  edit: Edit,
  numbers: Float32Array,
  at: number,
  width: number,
  { donors, position, layer }: { donors: Donors; position: number; layer: number },
): void {
  if (edit.do === 'zero') numbers.fill(0, at, at + width);
  else if (edit.do === 'scale') for (let i = at; i < at + width; i++) numbers[i] *= edit.by;
  else numbers.set(donated(donors, edit, position, layer), at);
}
