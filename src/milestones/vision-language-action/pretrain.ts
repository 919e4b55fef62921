/** The shipped weights: learned from captions and from questions where a thing lies, never from an action or a new kind. */
import { seededRandom } from '../../shared/random';
import { initialValues, Trainer, type Initial } from '../shared/train';
import { STARTS } from './actions';
import { ACTED, batchOf, initial, loss, nounsOf, ROWS, WIDTH } from './net';
import { HANDLED, KINDS, SEEN, SIGNS } from './things';
import {
  captionOf,
  captionWord,
  captioned,
  Drawer,
  FIRST_NOUN,
  oneOf,
  placesOf,
  someOf,
  VOCABULARY,
  WORDS,
  type Row,
} from './world';

const KNOWN = [...placesOf([...HANDLED, ...SEEN]), ...Array.from({ length: SIGNS }, (_, at) => KINDS.length + at)];

const FILLERS = VOCABULARY.slice(1, FIRST_NOUN);
const READ = new Set([
  '',
  ...FILLERS,
  ...KNOWN.flatMap((kind) => [0, 0.9].map((chance) => captionWord(kind, () => chance))),
]);

/** Await `useWasm()` before. Gives the loss to `onStep`. */
export async function pretrain(
  { steps, seed }: { steps: number; seed: number },
  onStep: (step: number, loss: number) => void,
): Promise<Record<string, Float32Array>> {
  const random = seededRandom(seed + 1);
  const trainer = new Trainer(quiet(random), loss, seed, { learningRate: 0.003 });
  const drawer = new Drawer(seed);
  const nouns = nounsOf([...READ]);
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: ROWS }, (_, at) => question(at, drawer, random));
    const factor = Math.min(1, (step + 1) / 100) * (1 - (0.95 * step) / steps);
    onStep(step, await trainer.step(batchOf(rows, nouns), factor));
  }
  const values = await trainer.values();
  trainer.dispose();
  return values;
}

function question(at: number, drawer: Drawer, random: () => number): Row {
  const table = drawer.table(someOf(KNOWN, at < ACTED ? 4 : 1 + (at % 3), random), random);
  const caption = captionOf(table, random);
  if (at >= ACTED) return captioned(table, caption);
  const cells = [...table.things.keys()].filter((cell) => table.things[cell] >= 0);
  const cell = cells[Math.floor(random() * cells.length)];
  // Among any other words: a thing is found by its word, not by the word's place.
  const words = Array.from({ length: WORDS }, () => (random() < 0.5 ? '' : oneOf(FILLERS, random)));
  words[Math.floor(random() * WORDS)] = captionWord(table.things[cell], random);
  return { words, patches: table.patches, tokens: [null, STARTS[1] + cell, null], caption };
}

/** A word that is not read here hardly says anything. */
function quiet(random: () => number): Record<string, Initial> {
  const all = initial();
  const words = initialValues(all.words, random);
  VOCABULARY.forEach((word, at) => {
    if (!READ.has(word)) for (let column = 0; column < WIDTH; column++) words[at * WIDTH + column] *= 0.2;
  });
  return { ...all, words: { ...all.words, values: words } };
}
