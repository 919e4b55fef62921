/** Fine-tuning from the shipped weights, on demonstrations and captions; and how many instructions are obeyed then. */
import { seededRandom, shuffle } from '../../shared/random';
import { Trainer } from '../shared/train';
import { actionOf, isSame } from './actions';
import { ACTED, answers, batchOf, initial, loss, nounsOf, ROWS, type Senses } from './net';
import { KINDS, NEW } from './things';
import { captionOf, captioned, demonstrated, heardInPart, placesOf, someOf, VOCABULARY, type Drawer, WORDS, type Example, type Row } from './world'; // prettier-ignore

export type Values = Record<string, Float32Array>;
/** none: no captions at all. shuffled: each picture has another one's caption. */
export type Captions = 'fitting' | 'shuffled' | 'none';

const RATE = 0.005;
/** Pictures with captions. */
const PICTURES = 240;
const NOUNS = nounsOf(VOCABULARY);

/** Pictures with captions of everything, the new kinds too: no action, no place. */
export function captionedRows(kind: Captions, drawer: Drawer, random: () => number): Row[] {
  if (kind === 'none') return [];
  const tables = Array.from({ length: PICTURES }, (_, at) => {
    const first = placesOf(NEW)[at % NEW.length];
    const others = placesOf(KINDS).filter((each) => each !== first);
    return drawer.table([first, ...someOf(others, at % 3, random)], random);
  });
  const captions = tables.map(captionOf);
  if (kind === 'shuffled') shuffle(captions, random);
  return tables.map((table, at) => captioned(table, captions[at]));
}

export interface Lesson {
  demonstrations: readonly Row[];
  captions: readonly Row[];
  steps: number;
  seed: number;
  senses?: Senses;
}

/** Goes on from `values`. Await `useWasm()` before; dispose of the trainer. */
export async function tune(
  values: Values,
  { demonstrations, captions, steps, seed, senses }: Lesson,
  onStep: (done: number) => Promise<void>,
): Promise<Trainer> {
  const start = Object.fromEntries(Object.entries(initial()).map(([name, each]) => [name, { ...each, values: values[name] }])); // prettier-ignore
  const trainer = new Trainer(start, loss, seed, { learningRate: RATE });
  const random = seededRandom(seed * 1000 + 11);
  const [shown, told] = [dealer(demonstrations, random), dealer(captions, random)];
  try {
    for (let step = 0; step < steps; step++) {
      const rows = [
        ...shown(ACTED).map((row) => moved(heardInPart(row, random), random)),
        ...told(captions.length > 0 ? ROWS - ACTED : 0),
      ];
      await trainer.step(batchOf(rows, NOUNS, senses), Math.min(1, (step + 1) / 6) * (1 - (0.9 * step) / steps));
      await onStep(step / steps);
    }
    return trainer;
  } catch (thrown) {
    trainer.dispose();
    throw thrown;
  }
}

/** A sentence begins anywhere: what is said counts, not the place where it is said. */
function moved(row: Row, random: () => number): Row {
  const front = Math.floor(random() * (WORDS - row.words.length + 1));
  return { ...row, words: [...Array<string>(front).fill(''), ...row.words] };
}

/** Deals all out in an order of chance before any comes again. */
function dealer(rows: readonly Row[], random: () => number): (count: number) => Row[] {
  let left: Row[] = [];
  return (count) =>
    Array.from({ length: count }, () => {
      if (left.length === 0) left = shuffle([...rows], random);
      return left.pop()!;
    });
}

/** Share of the examples whose whole action is right. */
export async function obeyed(trainer: Trainer, examples: readonly Example[], senses: Senses = {}): Promise<number> {
  let right = 0;
  for (let at = 0; at < examples.length; at += ROWS) {
    const part = examples.slice(at, at + ROWS);
    const said = await answers(trainer.current, part.map(demonstrated), senses);
    right += part.filter(({ action }, id) => isSame(action, actionOf(said[id].tokens))).length;
  }
  return right / examples.length;
}
