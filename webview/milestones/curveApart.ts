/** How far two curves lie apart. No DOM. */
import { lossAt } from '../../src/shared/learningCurve';
import { mean } from '../../src/shared/statistics';

/** x rises. */
export interface Points {
  x: readonly number[];
  y: readonly number[];
}

/** Mean absolute difference at the first one's places that the second reaches, in a line between its points; null where none is. */
export function apart(expected: Points, measured: Points): number | null {
  const heights = expected.x.map((place) => lossAt({ compute: measured.x, loss: measured.y }, place));
  const differences = heights.map((height, at) => Math.abs(expected.y[at] - height)).filter(Number.isFinite);
  return differences.length === 0 ? null : mean(differences);
}
