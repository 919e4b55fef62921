/** What stands in place of the model's own vectors where an edit says so; takeDonors.ts takes it from other runs. */
import type { Edit } from '../../protocol/edit';
import { printEdit } from '../../protocol/editText';
import { refuse } from './edits';

/** What stands at a position instead: [width of the site]; of an edge: the values of all heads, [kvHeads · headDim]. */
export type Donor = (position: number, layer: number) => Float32Array;
export type Donors = ReadonlyMap<Edit, Donor>;

/** The donor's vector; throws Problem edit-invalid where nobody took it. */
export function donated(donors: Donors, edit: Edit, position: number, layer: number): Float32Array {
  const donor = donors.get(edit) ?? refuse(`${printEdit(edit)}: what it puts there has not been taken from a run.`);
  return donor(position, layer);
}
