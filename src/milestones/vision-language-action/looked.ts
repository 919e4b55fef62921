/** A few instructions looked at closely: what the answer reads, where it points, and how the arm drives there. */
import { mean } from '../../shared/statistics';
import type { Trainer } from '../shared/train';
import { actionOf, CELLS, SIDE } from './actions';
import { drive } from './drive';
import { logOf } from './log';
import { answers, PLACES, type Answered } from './net';
import type { Asked, Seen } from './options';
import { KINDS, PATCH } from './things';
import { demonstrated, WORDS, type Example, type Table } from './world';

export async function looked(trainer: Trainer, chosen: readonly { asked: Asked; example: Example }[]): Promise<Seen[]> {
  const said = await answers(trainer.current, chosen.map(({ example }) => demonstrated(example)), {}, chosen.length); // prettier-ignore
  return chosen.map(({ asked, example }, at) => seenOf(asked, example, said[at]));
}

function seenOf(asked: Asked, { words, table, action }: Example, { tokens, pointed, near, maps }: Answered): Seen {
  const things = [...table.things].flatMap((kind, cell) => (kind < 0 ? [] : [{ kind: KINDS[kind], cell }]));
  const done = actionOf(tokens);
  // Mean over layers and heads, of a query's place and a key's.
  const part = (query: number, key: number): number => mean(maps.flatMap((heads) => heads.map((map) => map[query * PLACES + key]))); // prettier-ignore
  const byThing = (of: (cell: number) => number): number[] => {
    const all = Array.from({ length: CELLS }, (_, cell) => of(cell));
    return [...things.map(({ cell }) => all[cell]), all.reduce((sum, share, cell) => sum + (table.things[cell] < 0 ? share : 0), 0)]; // prettier-ignore
  };
  const reads = [0, 2].map((slot) => words.map((_, word) => part(WORDS + CELLS + slot, word)));
  const attention = words.map((_, word) => byThing((cell) => part(word, WORDS + cell)));
  const points = words.map((_, word) => byThing((cell) => near[word][cell]));
  const seen = { asked, words: [...words], things, pixels: pictureOf(table), reads, attention, points, pointed, wanted: action, done, ...drive(done, table.things) }; // prettier-ignore
  return { ...seen, log: logOf(seen) };
}

/** [SIDE × PATCH][SIDE × PATCH], 0 … 255 */
function pictureOf({ patches }: Table): Uint8Array {
  const side = SIDE * PATCH;
  return Uint8Array.from({ length: side ** 2 }, (_, at) => {
    const [row, column] = [Math.floor(at / side), at % side];
    const cell = Math.floor(row / PATCH) * SIDE + Math.floor(column / PATCH);
    return Math.round(255 * patches[cell * PATCH ** 2 + (row % PATCH) * PATCH + (column % PATCH)]);
  });
}
