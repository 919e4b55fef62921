/** The plane in which points differ most: the first two principal components. */
import { dot } from '../../shared/dot';

/** [points][2]: coordinates of `rows` ([points][dims]) about their mean, and the share of the variance in each axis. */
export function principalPlane(rows: readonly ArrayLike<number>[]): {
  points: [number, number][];
  shares: [number, number];
} {
  const dims = rows[0]?.length ?? 0;
  const means = Array.from({ length: dims }, (_, d) => rows.reduce((sum, row) => sum + row[d], 0) / rows.length);
  const centred = rows.map((row) => means.map((middle, d) => row[d] - middle));
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0) || 1;
  const first = component(centred, []);
  const second = component(centred, [first]);
  const points = centred.map((row): [number, number] => [dot(row, first), dot(row, second)]);
  const share = (axis: 0 | 1): number => points.reduce((sum, point) => sum + point[axis] ** 2, 0) / total;
  return { points, shares: [share(0), share(1)] };
}

/** Power iteration on the covariance, kept orthogonal to the components before. */
function component(rows: readonly number[][], before: readonly number[][]): number[] {
  const dims = rows[0]?.length ?? 0;
  let axis = unit(Array.from({ length: dims }, (_, d) => 1 + ((d * 7919) % 13) / 13));
  for (let round = 0; round < 200; round++) {
    const next = new Array<number>(dims).fill(0);
    for (const row of rows) {
      const along = dot(row, axis);
      for (let d = 0; d < dims; d++) next[d] += along * row[d];
    }
    for (const other of before) {
      const along = dot(next, other);
      for (let d = 0; d < dims; d++) next[d] -= along * other[d];
    }
    axis = unit(next);
  }
  // The sign is free: the largest part is made positive, so that equal data give equal pictures.
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

function unit(values: number[]): number[] {
  const length = Math.sqrt(dot(values, values)) || 1;
  return values.map((value) => value / length);
}
