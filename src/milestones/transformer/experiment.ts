/**
 * Transformer, 2017. An LSTM and a Transformer with as many parameters read the same text, and then the same statements
 * that have to be remembered: loss against compute, by place in the window, and beside what counting reaches. A ratio is
 * said only where the LSTM has beaten every floor.
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment, type Report } from '../experiment';
import { computeTo } from '../../shared/learningCurve';
import { useWasm } from '../shared/train';
import { counted, countedBits } from './floors';
import { LEARNING_RATE, learn, parametersOf, type Task } from './learn';
import { controls, KINDS, type Kind, type Options, type Result, type Run } from './options';
import { drawRecall, RECALL_SYMBOLS, recallFloor, recallLength, type Windows } from './task';
import { drawWindows, readText, VOCABULARY } from './text';
import { trial } from './trial';

const TEXTS = 32;
/** Statements are short: more of them a step. */
const RECALL_TEXTS = 64;
/** Batches of windows that are kept back. */
const TESTS = 8;

export const transformer: Experiment<Options, Result> = {
  id: 'transformer',
  controls,
  trial,
  needs: { workspaceCharacters: 400_000 },
  async run({ context, steps, statements, recallSteps }, seed, report, _signal, { workspace }) {
    await useWasm();
    const source = readText(workspace, seededRandom(seed));
    const random = seededRandom(seed + 1);
    const windows = Array.from({ length: TESTS }, () => drawWindows(source.heldOut, TEXTS, context, random));
    const chances = counted(source.training, VOCABULARY);
    const trigram = countedBits(chances, windows.flat(), 3);
    const result: Result = {
      text: {
        from: source.from,
        training: source.training.length,
        heldOut: source.heldOut.length,
        unigram: countedBits(chances, windows.flat(), 1).mean,
        trigram: trigram.mean,
        trigramByPlace: trigram.byPlace,
        runs: [],
      },
      recall: { floor: recallFloor(statements, seededRandom(seed + 2)), runs: [] },
    };
    await report(0, { text: 'Starting…' }, structuredClone(result));
    const textShape = { texts: TEXTS, length: context, vocabulary: VOCABULARY, classes: VOCABULARY };
    const recallShape = {
      texts: RECALL_TEXTS,
      length: recallLength(statements),
      vocabulary: RECALL_SYMBOLS,
      classes: RECALL_SYMBOLS,
    };
    const [onText, onRecall] = [steps * context, recallSteps * recallShape.length];
    for (const [at, kind] of KINDS.entries()) {
      // Both kinds read the same, in the same order.
      const drawn = seededRandom(seed * 1000 + 1);
      const run = { ...empty(kind, textShape), byPlace: null as number[] | null };
      result.text.runs.push(run);
      const task: Task = {
        shape: textShape,
        steps,
        learningRate: LEARNING_RATE.text[kind],
        draw: () => windowsOf(drawWindows(source.training, TEXTS, context, drawn)),
        test: windows.map(windowsOf),
      };
      run.byPlace = await learn(kind, task, seed, run, told(report, kind, 'text', [at * onText, onText], result));
    }
    for (const [at, kind] of KINDS.entries()) {
      const [drawn, kept] = [seededRandom(seed * 1000 + 2), seededRandom(seed * 1000 + 3)];
      const run = empty(kind, recallShape);
      result.recall.runs.push(run);
      const task: Task = {
        shape: recallShape,
        // Enough for it, as the picture shows; compute is what is compared.
        steps: kind === 'attention' ? recallSteps / 2 : recallSteps,
        learningRate: LEARNING_RATE.recall[kind],
        draw: () => drawRecall(RECALL_TEXTS, statements, drawn),
        test: Array.from({ length: TESTS }, () => drawRecall(RECALL_TEXTS, statements, kept)),
      };
      await learn(kind, task, seed, run, told(report, kind, 'recall', [2 * onText + at * onRecall, onRecall], result));
    }
    return { result };

    function told(
      to: Report<Result>,
      kind: Kind,
      task: 'text' | 'recall',
      [before, own]: [number, number],
      partial: Result,
    ): (share: number) => Promise<void> {
      const note = { text: NOTES[task][kind] };
      return (share) => to((before + own * share) / (2 * (onText + onRecall)), note, structuredClone(partial));
    }
  },
  card,
};

const NOTES = {
  text: { recurrent: 'The LSTM reads the text', attention: 'The Transformer reads the text' },
  recall: { recurrent: 'The LSTM learns to remember', attention: 'The Transformer learns to remember' },
};

const empty = (kind: Kind, shape: Task['shape']): Run => ({
  kind,
  parameters: parametersOf(kind, shape),
  compute: [],
  loss: [],
  end: null,
});

function windowsOf(windows: readonly Uint8Array[]): Windows {
  const length = windows[0].length - 1;
  return {
    read: Int32Array.from(windows.flatMap((window) => [...window.subarray(0, length)])),
    target: Int32Array.from(windows.flatMap((window) => [...window.subarray(1)])),
    counts: new Float32Array(windows.length * length).fill(1),
  };
}

const of = (runs: readonly Run[], kind: Kind): Run => runs.find((run) => run.kind === kind)!;

/**
 * Compute of the LSTM's whole training over the Transformer's to the LSTM's last loss. Null where the LSTM is no better than
 * the floor, so that it has learned nothing to compare with. Below 1: the Transformer never came there, or later.
 */
export function ratio(runs: readonly Run[], floor: number): number | null {
  const [recurrent, attention] = [of(runs, 'recurrent'), of(runs, 'attention')];
  if (recurrent.end! >= floor) return null;
  const spent = computeTo(attention, recurrent.end!);
  return Number.isFinite(spent) ? recurrent.compute.at(-1)! / spent : null;
}

function card({ text, recall }: Result, { statements, context }: Options): Card {
  const [lstm, attending] = [of(text.runs, 'recurrent'), of(text.runs, 'attention')];
  const [lstmRecall, attendingRecall] = [of(recall.runs, 'recurrent'), of(recall.runs, 'attention')];
  return {
    paper: {
      text: 'Big model, 2.3·10¹⁹ operations: BLEU 28.4 from English to German, 41.8 to French; base model, 3.3·10¹⁸: 27.3 to German',
    },
    rows: cardRows([
      { name: 'text: LSTM', value: lstm.end!, unit: 'bits' },
      { name: 'text: Transformer', value: attending.end!, unit: 'bits' },
      { name: 'text: LSTM ahead of the Transformer', value: attending.end! - lstm.end!, unit: 'bits' },
      { name: 'text: counting trigrams', value: text.trigram, unit: 'bits' },
      { name: 'text: counting single symbols', value: text.unigram, unit: 'bits' },
      { name: 'text: LSTM ahead of the trigram', value: text.trigram - lstm.end!, unit: 'bits' },
      { name: 'text: compute saved by the Transformer', value: ratio(text.runs, text.trigram), unit: 'times' },
      { name: 'recall: LSTM', value: lstmRecall.end!, unit: 'bits' },
      { name: 'recall: Transformer', value: attendingRecall.end!, unit: 'bits' },
      { name: 'recall: guessing among the things stated', value: recall.floor, unit: 'bits' },
      { name: 'recall: LSTM ahead of guessing', value: recall.floor - lstmRecall.end!, unit: 'bits' },
      { name: 'recall: compute saved by the Transformer', value: ratio(recall.runs, recall.floor), unit: 'times' },
      { name: 'parameters of the LSTM on the text', value: lstm.parameters, unit: 'integer' },
      { name: 'parameters of the Transformer on the text', value: attending.parameters, unit: 'integer' },
    ]),
    why: {
      text: 'Both nets have as many parameters and nearly the same cost a symbol, for each kind and task the best of five rates, and {0} symbols in view. The paper compares finished translators, large and trained for days; here a short training on short windows is compared, in which most of what helps is the last few letters, and a recurrent net learns those sooner. Where something must be found again ({1} statements, then a name) attention is there first. A ratio is said only where the LSTM has beaten what counting or guessing reaches: a net that has learned nothing is no measure. Neither this nor the paper says that a Transformer always needs less.',
      args: [context, statements],
    },
  };
}
