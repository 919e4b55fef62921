/** Where the arm goes for an action: the net names the goal, A* finds the way; and what driving straight ahead would touch. */
import { CELLS, SIDE, type Action, type Direction } from './actions';
import { pathOf } from './planner';

/** Where the arm waits. */
export const REST = CELLS - SIDE;

const STEP: Readonly<Record<Direction, readonly [column: number, row: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
  none: [0, 0],
};

export interface Driven {
  /** Cells from REST to what is to be handled; null where no way is free. */
  reach: number[] | null;
  /** Cells that it is then moved over, its own first; one where nothing moves it. */
  moved: number[];
}

/** `things` [CELLS]: −1 for nothing. What is pushed stops before the next thing; what is carried goes around it to the edge. */
export function drive({ verb, cell, direction }: Action, things: ArrayLike<number>): Driven {
  const others = new Set(Array.from({ length: CELLS }, (_, at) => at).filter((at) => things[at] >= 0 && at !== cell));
  const reach = pathOf(REST, cell, others);
  if (!reach || direction === 'none' || (verb !== 'push' && verb !== 'carry')) return { reach, moved: [cell] };
  return { reach, moved: verb === 'push' ? pushed(cell, direction, others) : carried(cell, direction, others) };
}

function pushed(from: number, direction: Direction, others: ReadonlySet<number>): number[] {
  const way = [from];
  for (let at = next(from, direction); at >= 0 && !others.has(at); at = next(at, direction)) way.push(at);
  return way;
}

/** To the free place at that edge which is nearest by the way there. */
function carried(from: number, direction: Direction, others: ReadonlySet<number>): number[] {
  const edge = Array.from({ length: CELLS }, (_, at) => at).filter((at) => next(at, direction) < 0 && !others.has(at));
  const ways = edge.map((goal) => pathOf(from, goal, others)).filter((way) => way !== null);
  return ways.reduce((best, way) => (way.length < best.length ? way : best), ways[0] ?? [from]);
}

/** −1 beyond the table. */
function next(cell: number, direction: Direction): number {
  const [column, row] = [(cell % SIDE) + STEP[direction][0], Math.floor(cell / SIDE) + STEP[direction][1]];
  return column < 0 || column >= SIDE || row < 0 || row >= SIDE ? -1 : row * SIDE + column;
}

/** Along the row, then along the column, whatever lies there: does it touch nothing? */
export function isStraightFree(goal: number, things: ArrayLike<number>): boolean {
  let at = REST;
  while (at !== goal) {
    if (at !== REST && things[at] >= 0) return false;
    if (at % SIDE !== goal % SIDE) at = next(at, at % SIDE < goal % SIDE ? 'right' : 'left');
    else at = next(at, at < goal ? 'down' : 'up');
  }
  return true;
}
