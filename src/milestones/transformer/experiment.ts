/**
 * Transformer, 2017. A recurrent net and one layer of attention, at up to four sizes each, learn to remember who has what:
 * loss against compute and against parameters, and how far apart they are at one height.
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { computeTo } from '../../shared/learningCurve';
import { mean } from '../../shared/statistics';
import { sizeOf, tensor, Trainer, useWasm, type Tensors } from '../shared/train';
import { initial, loss, multiplyAdds } from './nets';
import { controls, KINDS, type Kind, type Options, type Result, type Run } from './options';
import { drawTexts, NAMES, QUESTIONS, THINGS, type Texts } from './task';
import { trial } from './trial';

const WIDTHS = [8, 16, 32, 64];
const TEXTS = 32;
const LEARNING_RATE = 0.01;
const POINTS = 30;
/** A backward pass costs two forward passes; a multiply-add is two operations. */
const OPERATIONS_PER_MULTIPLY_ADD = 6;

export const transformer: Experiment<Options, Result> = {
  id: 'transformer',
  controls,
  trial,
  async run({ statements, largest, steps }, seed, report) {
    await useWasm();
    const sample = inWords(drawTexts(1, statements, seededRandom(seed)), statements);
    const result: Result = { runs: [], sample };
    const plan = WIDTHS.filter((width) => width <= largest).flatMap((width) => KINDS.map((kind) => ({ kind, width })));
    // Wide nets take longer; the bar moves by what is computed.
    const costs = plan.map(({ kind, width }) => (kind === 'recurrent' ? 1.8 : 1) * (40 + width));
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    let before = 0;
    for (const [number, { kind, width }] of plan.entries()) {
      const initially = initial(kind, width);
      const run: Run = { kind, width, parameters: sizeOf(initially), compute: [], loss: [], end: null };
      result.runs.push(run);
      await report(before / total, noteOf(kind, width), structuredClone(result));
      const trainer = new Trainer(initially, loss(kind, { width, texts: TEXTS, statements }), seed, {
        learningRate: LEARNING_RATE,
      });
      try {
        // Both kinds read the same texts.
        const random = seededRandom(seed * 1000 + 1);
        await learn(run, trainer, random, { statements, steps }, async (share) => {
          await report((before + costs[number] * share) / total, noteOf(kind, width), structuredClone(result));
        });
      } finally {
        trainer.dispose();
      }
      before += costs[number];
    }
    return { result };
  },
  card,
};

const noteOf = (kind: Kind, width: number): { text: string; args: number[] } =>
  kind === 'recurrent'
    ? { text: 'The recurrent net of width {0} learns', args: [width] }
    : { text: 'Attention of width {0} learns', args: [width] };

async function learn(
  run: Run,
  trainer: Trainer,
  random: () => number,
  { statements, steps }: { statements: number; steps: number },
  onStep: (share: number) => Promise<void>,
): Promise<void> {
  const stepCost =
    (multiplyAdds(run.kind, { width: run.width, statements }) * TEXTS * OPERATIONS_PER_MULTIPLY_ADD) / 1e6;
  const stepsAPoint = Math.max(1, Math.round(steps / POINTS));
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push((await trainer.step(asBatch(drawTexts(TEXTS, statements, random), statements))) / Math.LN2);
    if (step % stepsAPoint === 0) {
      run.loss.push(mean(losses.slice(-stepsAPoint)));
      // The mean belongs to the middle of its steps.
      run.compute.push((step - stepsAPoint / 2) * stepCost);
    }
    await onStep(step / steps);
  }
  run.end = mean(losses.slice(-Math.ceil(steps / 5)));
}

function asBatch({ name, thing, answer }: Texts, statements: number): Tensors {
  const length = statements + QUESTIONS;
  return {
    name: tensor(name, [TEXTS, length]),
    thing: tensor(thing, [TEXTS, length]),
    answer: tensor(answer, [TEXTS, QUESTIONS]),
  };
}

function inWords({ name, thing, answer }: Texts, statements: number): Result['sample'] {
  return {
    statements: Array.from({ length: statements }, (_, at) => `${NAMES[name[at]]} – ${THINGS[thing[at]]}`),
    question: NAMES[name[statements]],
    answer: THINGS[answer[0]],
  };
}

/** Of a finished result: how far the curves are apart, read off horizontally at the best recurrent net's loss. */
export function gap({ runs }: Result): {
  recurrent: Run;
  /** The attention net that comes to that loss with the least compute; null when none does. */
  compute: { run: Run; times: number } | null;
  /** The smallest attention net that ends at that loss or below; null when none does. A bound: none smaller was tried. */
  parameters: { run: Run; times: number } | null;
  /** Bits between the two kinds, at each width. */
  ahead: number[];
} {
  const of = (kind: Kind): Run[] => runs.filter((run) => run.kind === kind);
  const recurrent = of('recurrent').reduce((best, run) => (run.end! < best.end! ? run : best));
  const spent = computeTo(recurrent, Math.max(recurrent.end!, Math.min(...recurrent.loss)));
  const arrivals = of('attention')
    .map((run) => ({ run, times: spent / computeTo(run, recurrent.end!) }))
    .filter(({ times }) => Number.isFinite(times));
  const small = of('attention').find((run) => run.end! <= recurrent.end!);
  return {
    recurrent,
    compute: arrivals.length > 0 ? arrivals.reduce((best, each) => (each.times > best.times ? each : best)) : null,
    parameters: small ? { run: small, times: recurrent.parameters / small.parameters } : null,
    ahead: of('attention').map((run, at) => of('recurrent')[at].end! - run.end!),
  };
}

function card(result: Result, { statements }: Options): Card {
  const { recurrent, compute, parameters, ahead } = gap(result);
  const largest = result.runs.filter(({ kind }) => kind === 'attention').at(-1)!;
  return {
    paper: {
      text: 'English to French: BLEU 41.8 for 2.3·10¹⁹ operations; English to German: 28.4, the base model for 3.3·10¹⁸',
    },
    rows: cardRows([
      { name: 'loss of the best recurrent net', value: recurrent.end!, unit: 'bits' },
      { name: 'loss of the widest attention', value: largest.end!, unit: 'bits' },
      { name: 'attention ahead, narrowest nets', value: ahead[0], unit: 'bits' },
      { name: 'attention ahead, widest nets', value: ahead.at(-1)!, unit: 'bits' },
      { name: 'compute saved to the best recurrent loss', value: compute?.times, unit: 'times' },
      { name: 'parameters saved to the best recurrent loss, at least', value: parameters?.times, unit: 'times' },
    ]),
    why: {
      text: 'The task is chosen to show one difference and nothing else: {0} statements have to be kept and one of them found again. A recurrent net must squeeze them into one vector before it knows what will be asked; attention keeps them all. So the factors here are far larger than any in translation, where much else matters, and where the paper’s savings hold against ensembles and for French. With more training, or fewer statements, the recurrent nets come closer: change it and see.',
      args: [statements],
    },
  };
}
