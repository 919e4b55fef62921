/** The classical half: A* (Hart, Nilsson & Raphael 1968) drives the arm around what lies on the table. */
import { CELLS, SIDE } from './actions';

/** Cells from start to goal, both included; null where no way is free. `blocked` may hold the goal. */
export function pathOf(start: number, goal: number, blocked: ReadonlySet<number>): number[] | null {
  const far = (cell: number): number =>
    Math.abs((cell % SIDE) - (goal % SIDE)) + Math.abs(Math.floor(cell / SIDE) - Math.floor(goal / SIDE));
  const before = new Map<number, number>();
  const cost = new Map([[start, 0]]);
  const open = new Set([start]);
  while (open.size > 0) {
    // The first of the cheapest: sets keep their order, so the way is the same every time.
    const cell = [...open].reduce((a, b) => (cost.get(b)! + far(b) < cost.get(a)! + far(a) ? b : a));
    if (cell === goal) {
      const path = [goal];
      while (path[0] !== start) path.unshift(before.get(path[0])!);
      return path;
    }
    open.delete(cell);
    for (const next of neighbours(cell)) {
      if (next !== goal && blocked.has(next)) continue;
      const length = cost.get(cell)! + 1;
      if (length >= (cost.get(next) ?? Infinity)) continue;
      cost.set(next, length);
      before.set(next, cell);
      open.add(next);
    }
  }
  return null;
}

function neighbours(cell: number): number[] {
  const column = cell % SIDE;
  return [column > 0 ? cell - 1 : -1, column < SIDE - 1 ? cell + 1 : -1, cell - SIDE, cell + SIDE].filter((at) => at >= 0 && at < CELLS); // prettier-ignore
}
