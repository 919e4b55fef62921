/** What the arm can be told: four tokens, one of each group, as RT-2 writes a movement as a few numbers. */

/** `turn` exists in the output and is never demonstrated. */
export const VERBS = ['take', 'push', 'carry', 'turn'] as const;
export type Verb = (typeof VERBS)[number];
export const DIRECTIONS = ['left', 'right', 'up', 'down', 'none'] as const;
export type Direction = (typeof DIRECTIONS)[number];
/** Cells of a side. */
export const SIDE = 6;
export const CELLS = SIDE ** 2;

export interface Action {
  verb: Verb;
  /** 0 … CELLS − 1, row by row. */
  cell: number;
  direction: Direction;
}

/** Tokens of an action, and how many different ones there are. */
export const LENGTH = 4;
export const TOKENS = VERBS.length + 2 * SIDE + DIRECTIONS.length;
/** Where each slot's tokens begin, and after the last one where they end. */
export const STARTS = [0, VERBS.length, VERBS.length + SIDE, VERBS.length + 2 * SIDE, TOKENS] as const;

export function tokensOf({ verb, cell, direction }: Action): number[] {
  const places = [VERBS.indexOf(verb), cell % SIDE, Math.floor(cell / SIDE), DIRECTIONS.indexOf(direction)];
  return places.map((place, slot) => STARTS[slot] + place);
}

/** Of tokens within their groups. */
export function actionOf(tokens: readonly number[]): Action {
  const [verb, column, row, direction] = tokens.map((token, slot) => token - STARTS[slot]);
  return { verb: VERBS[verb], cell: row * SIDE + column, direction: DIRECTIONS[direction] };
}

export const isSame = (a: Action, b: Action): boolean =>
  a.verb === b.verb && a.cell === b.cell && a.direction === b.direction;
