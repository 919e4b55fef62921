/** What the arm can be told: three tokens, one of each group, as RT-2 writes a movement as a few numbers. */

import { CELLS, DIRECTIONS, VERBS, type Action } from './options';

export { CELLS, SIDE, type Action, type Direction, type Verb } from './options';

/** Tokens of an action. */
export const LENGTH = 3;
/** Where each slot's tokens begin, and after the last one where they end: what to do, where, and to which side. */
export const STARTS = [0, VERBS.length, VERBS.length + CELLS, VERBS.length + CELLS + DIRECTIONS.length] as const;
/** How many different ones there are. */
export const TOKENS = STARTS[LENGTH];

export function tokensOf({ verb, cell, direction }: Action): number[] {
  return [VERBS.indexOf(verb), cell, DIRECTIONS.indexOf(direction)].map((place, slot) => STARTS[slot] + place);
}

/** Of tokens, one of each group. */
export function actionOf(tokens: readonly number[]): Action {
  const [verb, cell, direction] = tokens.map((token, slot) => token - STARTS[slot]);
  return { verb: VERBS[verb], cell, direction: DIRECTIONS[direction] };
}

export const isSame = (a: Action, b: Action): boolean =>
  a.verb === b.verb && a.cell === b.cell && a.direction === b.direction;
