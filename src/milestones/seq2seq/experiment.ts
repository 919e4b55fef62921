/**
 * Sequence to sequence, 2014. LSTMs read a number and write it again: one that has only the last state of its reader, the
 * same one with the number read backwards (the paper's trick), and one that may look at every state (attention).
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import type { Experiment } from '../experiment';
import { mean } from '../../shared/statistics';
import { sizeOf, Trainer, useWasm } from '../shared/train';
import { initial, loss, tensorsOf, type Shape } from './nets';
import {
  controls,
  NETS,
  type Answer,
  type NetName,
  type Options,
  type Question,
  type Result,
  type Run,
} from './options';
import { scoreOf, type Test } from './score';
import { answerTo, batchOf, lengthOf, randomNumber } from './task';
import { Writer, type Written } from './writer';
import { trial } from './trial';

const NUMBERS = 32;
const LEARNING_RATE = 0.01;
const POINTS = 40;
/** Tested numbers are up to so many times as long as those of the training. */
const BEYOND = 2;
/** A net that never ends is stopped so many digits after the right end. */
const SPARE = 4;

export const seq2seq: Experiment<Options, Result, Question, Answer> = {
  id: 'seq2seq',
  controls,
  trial,
  async run({ order, longest, width, steps, tested }, seed, report) {
    const lengths = Array.from({ length: longest * BEYOND }, (_, at) => at + 1);
    const testing = seededRandom(seed * 1000 + 2);
    const tests = lengths.map((length) =>
      Array.from({ length: tested }, (): Test => {
        const given = randomNumber(length, testing);
        return { given, right: answerTo(given, order) };
      }),
    );
    const result: Result = { longest, lengths, runs: [], sample: tests[longest - 1][0] };
    await report(0, noteOf('vector'), structuredClone(result));
    await useWasm();
    const writers = {} as Record<NetName, Writer>;
    for (const [number, net] of NETS.entries()) {
      const attention = net === 'attention';
      const shape = { attention, width: attention ? narrower(width) : width, numbers: NUMBERS, longest };
      const start = initial(shape);
      const run: Run = { net, width: shape.width, parameters: sizeOf(start), shown: [], loss: [], score: null };
      result.runs.push(run);
      const trainer = new Trainer(start, loss(shape), seed, { learningRate: LEARNING_RATE });
      try {
        // All nets are shown the same numbers.
        await learn(run, trainer, shape, { order, steps, random: seededRandom(seed * 1000 + 1) }, async (share) => {
          await report((number + share) / NETS.length, noteOf(net), structuredClone(result));
        });
        writers[net] = new Writer(await trainer.values(), shape.width);
      } finally {
        trainer.dispose();
      }
      run.score = scoreOf((given) => writeWith(net, writers[net], given).digits, tests, longest);
      await report((number + 1) / NETS.length, noteOf(net), structuredClone(result));
    }
    return {
      result,
      answer: ({ number }) => {
        const written = (net: NetName): Written => writeWith(net, writers[net], number);
        const { digits, weights } = written('attention');
        return {
          right: answerTo(number, order),
          written: { vector: written('vector').digits, reversed: written('reversed').digits, attention: digits },
          weights,
        };
      },
    };
  },
  card,
};

const noteOf = (net: NetName): { text: string } =>
  ({
    vector: { text: 'The LSTM with one vector learns' },
    reversed: { text: 'The LSTM that reads backwards learns' },
    attention: { text: 'The LSTM with attention learns' },
  })[net];

const readBy = (net: NetName, given: readonly number[]): number[] =>
  net === 'reversed' ? [...given].reverse() : [...given];

const writeWith = (net: NetName, writer: Writer, given: readonly number[]): Written =>
  writer.write(readBy(net, given), given.length + SPARE);

/** The widest multiple of four with which the net with attention has no more parameters than the one without. */
export function narrower(width: number): number {
  const most = sizeOf(initial({ attention: false, width }));
  let attentionWidth = width;
  while (sizeOf(initial({ attention: true, width: attentionWidth })) > most) attentionWidth -= 4;
  return attentionWidth;
}

async function learn(
  run: Run,
  trainer: Trainer,
  shape: Shape,
  { order, steps, random }: { order: Options['order']; steps: number; random: () => number },
  onStep: (share: number) => Promise<void>,
): Promise<void> {
  const { numbers, longest } = shape;
  const stepsAPoint = Math.max(1, Math.round(steps / POINTS));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const given = Array.from({ length: numbers }, (_, at) => randomNumber(lengthOf(at, longest), random));
    const batch = batchOf(
      given.map((number) => readBy(run.net, number)),
      given.map((number) => answerTo(number, order)),
      longest,
    );
    losses.push((await trainer.step(tensorsOf(batch, shape), rateAt(step / steps))) / Math.LN2);
    if (step % stepsAPoint === 0) {
      run.loss.push(mean(losses.slice(-stepsAPoint)));
      run.shown.push(step * numbers);
    }
    await onStep(step / steps);
  }
}

/** Of the learning rate: whole until the middle, then down to a tenth. */
const rateAt = (share: number): number => Math.min(1, 1 - 0.9 * (2 * share - 1));

function card(result: Result, options: Options): Card {
  const [vector, reversed, attention] = NETS.map((net) => result.runs.find((run) => run.net === net)!.score!);
  const at = result.lengths.indexOf(result.longest);
  const beyond = at + 2;
  return {
    paper: {
      text: 'English to French, BLEU: 34.8 for five networks together, 30.6 for a single one, 26.2 for one that reads forwards; 33.3 for phrases. None has attention: with it, Bahdanau et al. (2014) went from 17.8 to 26.8.',
    },
    rows: [
      { name: 'longest numbers whole: one vector', value: vector.whole[at], unit: 'share' },
      { name: 'longest numbers whole: read backwards', value: reversed.whole[at], unit: 'share' },
      { name: 'longest numbers whole: attention', value: attention.whole[at], unit: 'share' },
      { name: 'digits of the longest: one vector', value: vector.digits[at], unit: 'share' },
      { name: 'digits of the longest: read backwards', value: reversed.digits[at], unit: 'share' },
      { name: 'digits of the longest: attention', value: attention.digits[at], unit: 'share' },
      {
        name: 'gained by attention, digits of the longest',
        value: attention.digits[at] - vector.digits[at],
        unit: 'points',
      },
      {
        name: 'gained by reading backwards, digits of the longest',
        value: reversed.digits[at] - vector.digits[at],
        unit: 'points',
      },
      { name: 'two digits longer, whole: one vector', value: vector.whole[beyond], unit: 'share' },
      { name: 'two digits longer, whole: attention', value: attention.whole[beyond], unit: 'share' },
      { name: 'two digits longer, digits: one vector', value: vector.digits[beyond], unit: 'share' },
      { name: 'two digits longer, digits: attention', value: attention.digits[beyond], unit: 'share' },
    ],
    why: why(options, attention.whole[at] - vector.whole[at], reversed.digits[at] - vector.digits[at]),
  };
}

/** Less than this is no lead: a few of the numbers tested. */
const LEAD = 0.05;

/** `lead`: of attention over one vector; `trick`: of reading backwards. */
function why({ order, width, steps }: Options, lead: number, trick: number): Card['why'] {
  if (lead < LEAD) {
    return {
      text: 'No translation here, only the keeping of what was read. In this run one vector keeps the longest numbers about as well as attention does: choose longer numbers, a narrower LSTM or another number of steps, and see where they part.',
    };
  }
  if (order === 'backwards') {
    return {
      text: 'No translation here, only the keeping of what was read, and you have the number written backwards: what was read last is written first without any trick, and reading backwards takes that away. Written as it was given, it is the other way round, as in the paper.',
    };
  }
  if (trick <= 0) {
    return {
      text: 'No translation here, only the keeping of what was read, by an LSTM of {0} units after {1} steps; the paper’s had four layers of 1,000. Attention is ahead, but in this run reading backwards does not help as it did in the paper: one seed can go either way, see the interval over five.',
      args: [width, steps],
    };
  }
  return {
    text: 'No translation here, only the keeping of what was read, by an LSTM of {0} units after {1} steps; the paper’s had four layers of 1,000, and no trouble with long sentences. So this shows what is hard to learn through one vector, not what it cannot hold: with more steps it comes further. Reading backwards helps as in the paper, for what is written first was read last. Beyond the longest of the training all lose their way: attention finds more of the digits, but has never learned to count so far.',
    args: [width, steps],
  };
}
