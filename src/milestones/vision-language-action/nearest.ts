/** The nearest demonstration: most words in common; its verb and direction, done to what looks most like what it was done to. */
import { CELLS, type Action } from './actions';
import { PATCH_PIXELS } from './things';
import type { Example, Table } from './world';

export function nearest({ words, table }: Example, shown: readonly Example[]): Action {
  const common = (other: Example): number => other.words.filter((word) => words.includes(word)).length;
  const model = shown.reduce((best, each) => (common(each) > common(best) ? each : best));
  const wanted = patchOf(model.table, model.action.cell);
  let [cell, least] = [0, Infinity];
  for (let at = 0; at < CELLS; at++) {
    if (table.things[at] < 0) continue;
    const patch = patchOf(table, at);
    const far = patch.reduce((sum, value, pixel) => sum + (value - wanted[pixel]) ** 2, 0);
    if (far < least) [cell, least] = [at, far];
  }
  return { ...model.action, cell };
}

const patchOf = ({ patches }: Table, cell: number): Float32Array =>
  patches.subarray(cell * PATCH_PIXELS, (cell + 1) * PATCH_PIXELS);
