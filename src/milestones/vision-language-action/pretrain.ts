/** The shipped weights: learned from captions and from questions where a thing lies, never from an action or a new kind. */
import { seededRandom } from '../../shared/random';
import { initialValues, Trainer, type Initial } from '../shared/train';
import { STARTS } from './actions';
import { ACTED, batchOf, initial, loss, nounsOf, ROWS, WIDTH } from './net';
import { SIGNS } from './signs';
import { HANDLED, KINDS, SEEN } from './things';
import { captionOf, captioned, Drawer, FIRST_NOUN, namesOf, oneOf, placesOf, SIGN_WORDS, someOf, VOCABULARY, WORDS, type Row } from './world'; // prettier-ignore

const KNOWN = placesOf([...HANDLED, ...SEEN]);
const ALL_SIGNS = Array.from({ length: SIGNS }, (_, at) => KINDS.length + at);
const FILLERS = VOCABULARY.slice(1, FIRST_NOUN);
/** Words of the weights that are shipped, then those of signs. */
const ALL = [...VOCABULARY, ...SIGN_WORDS];
const READ = new Set(['', ...FILLERS, ...[...KNOWN, ...ALL_SIGNS].flatMap(namesOf)]);
/** Drawings of each kind. */
const HANDS = 200;

/** Await `useWasm()` before. Gives the loss to `onStep`. */
export async function pretrain(
  { steps, seed }: { steps: number; seed: number },
  onStep: (step: number, loss: number) => void,
): Promise<Record<string, Float32Array>> {
  const random = seededRandom(seed + 1);
  const start = quiet(random);
  const trainer = new Trainer(start, loss, seed, { learningRate: 0.003 });
  const drawer = new Drawer(seed, HANDS);
  const nouns = nounsOf([...READ]);
  for (let step = 0; step < steps; step++) {
    const rows = Array.from({ length: ROWS }, (_, at) => question(at, drawer, random));
    const factor = Math.min(1, (step + 1) / 100) * (1 - (0.95 * step) / steps);
    onStep(step, await trainer.step(batchOf(rows, nouns, {}, ALL.length), factor));
  }
  const values = await trainer.values();
  trainer.dispose();
  return { ...values, words: shippedWords(values.words, start.words.values!) };
}

function question(at: number, drawer: Drawer, random: () => number): Row {
  const count = at < ACTED ? 4 : 1 + (at % 3);
  const known = Math.floor(random() * (count + 1));
  const things = [...someOf(KNOWN, known, random), ...someOf(ALL_SIGNS, count - known, random)];
  const table = drawer.table(things, random);
  const caption = captionOf(table);
  if (at >= ACTED) return captioned(table, caption);
  const cells = [...table.things.keys()].filter((cell) => table.things[cell] >= 0);
  const cell = cells[Math.floor(random() * cells.length)];
  // Among any other words: a thing is found by its word, not by the word's place.
  const words = Array.from({ length: WORDS }, () => (random() < 0.5 ? '' : oneOf(FILLERS, random)));
  words[Math.floor(random() * WORDS)] = oneOf(namesOf(table.things[cell]), random);
  return { words, patches: table.patches, tokens: [null, STARTS[1] + cell, null], caption };
}

/** Those of VOCABULARY; a word that is not read here, which has only been said not to be heard, as it began. */
function shippedWords(learned: Float32Array, began: Float32Array): Float32Array {
  return learned.slice(0, VOCABULARY.length * WIDTH).map((value, at) => (READ.has(VOCABULARY[Math.floor(at / WIDTH)]) ? value : began[at])); // prettier-ignore
}

/** A word that is not read here hardly says anything. */
function quiet(random: () => number): Record<string, Initial> {
  const all = initial(ALL.length);
  const words = initialValues(all.words, random);
  ALL.forEach((word, at) => {
    if (!READ.has(word)) for (let column = 0; column < WIDTH; column++) words[at * WIDTH + column] *= 0.2;
  });
  return { ...all, words: { ...all.words, values: words } };
}
