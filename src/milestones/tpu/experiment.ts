/**
 * The TPU's bet, low precision, on the bundled model: its weights as floats, as 8-bit and 4-bit whole numbers, and as −1, 0
 * and 1. What is predicted, where attention goes, which experts are chosen; bytes and speed. The systolic array and the
 * capacity sum are the view's.
 */
import type { Model } from '../../engine/model/model';
import type { Card, CardRow } from '../../protocol/milestones';
import type { Experiment } from '../experiment';
import { modelAt } from './models';
import { controls, PRECISIONS, type Options, type Reading, type Result, type TextRow } from './options';
import { readAll } from './reading';
import { intensity, roof, TPU_NEEDS } from './roofline';
import { speeds } from './speed';
import { added, bitsPerByte, moved, perplexity } from './summary';
import { piece, pieces, type Piece } from './texts';
import { trial } from './trial';

/** Shares of the bar: loading, reading; the rest is the measurement of speed. */
const [LOADED, READ] = [0.3, 0.85];
/** Of the selection, more is read than of a file: it is the person's own. */
const SELECTED_TOKENS = 512;

export const tpu: Experiment<Options, Result> = {
  id: 'tpu',
  controls,
  trial,
  needs: { models: ['default'], selection: true, workspaceCharacters: 400_000 },
  async run(options, _seed, report, _signal, inputs) {
    const base = await inputs.model();
    const file = await inputs.file(`models/${base.card.path.split(/[\\/]/).pop()}`);
    const chosen = pieces(base.tokenizer, inputs.workspace, options.texts, options.tokens);
    const result: Result = {
      sizes: { f32: 0, int8: 0, int4: 0, ternary: 0 },
      work: null,
      texts: [],
      stories: chosen.stories,
      selection: null,
    };
    await report(0, { text: 'The model is rounded' }, result);
    const models: Model[] = [];
    try {
      for (const [at, precision] of PRECISIONS.entries()) {
        const { model, bytes, work } = await modelAt(precision, options, file, base, (share) =>
          report((LOADED * (at + share)) / PRECISIONS.length, { text: 'The model is rounded' }),
        );
        models.push(model);
        result.sizes[precision] = bytes;
        if (precision === 'int8') result.work = work;
      }
      const { selection } = inputs;
      const own = selection && piece(base.tokenizer, selection.title, selection.text, SELECTED_TOKENS);
      const all = [...(own ? [own] : []), ...chosen.pieces];
      for (const [at, each] of all.entries()) {
        const done = LOADED + (READ - LOADED) * (at / all.length);
        const note = { text: 'Text {0} of {1}', args: [at + 1, all.length] };
        const row = await readText(models, each, () => report(done, note));
        if (each === own) result.selection = row;
        else result.texts.push(row);
        await report(done, note, structuredClone(result));
      }
      const longest = chosen.pieces.reduce((most, each) => (each.ids.length > most.ids.length ? each : most));
      const timings = await speeds(models, longest.ids, () => report(READ, { text: 'Speed is measured' }));
      return { result, timings };
    } finally {
      for (const { kernel } of models) kernel.close();
    }
  },
  card,
};

async function readText(
  models: readonly Model[],
  { name, ids, bytes }: Piece,
  pause: () => Promise<void>,
): Promise<TextRow> {
  const readings = await readAll(models, ids, pause);
  const byPrecision = Object.fromEntries(PRECISIONS.map((precision, at) => [precision, readings[at]]));
  return {
    name,
    bytes,
    predicted: ids.length - 1,
    readings: byPrecision as Record<string, Reading> as TextRow['readings'],
  };
}

function card({ sizes, texts, work }: Result, { tokens }: Options): Card {
  const rounded = PRECISIONS.slice(1);
  const estimates = rounded.flatMap((precision): CardRow[] => [
    { name: `bits per byte added by ${precision}`, unit: 'bits', ...added(texts, precision) },
    { name: `attention moved by ${precision}`, unit: 'share', ...moved(texts, precision, 'drift') },
    { name: `router flips by ${precision}`, unit: 'share', ...moved(texts, precision, 'flips') },
  ]);
  return {
    paper: {
      text: '65,536 multipliers of 8-bit whole numbers, at most 92 tera-operations a second; on average about 15 to 30 times the processor or graphics card of its time, 30 to 80 times per watt; weights come from its memory at 30 GiB a second',
    },
    rows: [
      { name: 'bits per byte in f32', value: bitsPerByte(texts, 'f32') },
      { name: 'perplexity in f32', value: perplexity(texts, 'f32') },
      ...estimates,
      ...PRECISIONS.map((precision): CardRow => ({
        name: `size in ${precision}`,
        value: sizes[precision],
        unit: 'bytes',
      })),
      ...(work ? sums(intensity(work, 1), intensity(work, tokens)) : []),
    ],
    why: {
      text: 'The paper’s numbers compare chips; here one processor runs one small language model, and what is tested is what the rounding costs. The chip’s speed and its watts are not tested: there is no TPU here and no meter. What can be done is the roofline sum: how many multiply-adds each byte of weights is good for, against what a TPU v1 needs to be busy by its peak and its memory. Written token by token, this model would keep it waiting nearly all the time; read many tokens at once, still most of it. Its file has 8 bits a weight already, with a scale for every 32, so that with 32 to a scale int8 rounds only the activations anew; the floats of training are hardly better (training/README.md has both). In all but f32 the engine rounds activations to 8 bits too, as the TPU does. The model was trained in floats and rounded to the nearest number afterwards: networks that learn with ternary weights lose much less. Ternary weights run in the 4-bit kernel here; their size is counted at two bits.',
    },
  };
}

/** What its paper's figures allow a TPU v1, by multiply-adds for each byte of weights; computed, not measured. */
const sums = (writing: number, reading: number): CardRow[] => [
  { name: 'multiply-adds a byte of weights, a token written', value: writing },
  { name: 'multiply-adds a byte of weights, a text read at once', value: reading },
  { name: 'multiply-adds a byte that a TPU v1 needs (our sum; its paper draws 1,350)', value: TPU_NEEDS },
  { name: 'of a TPU v1’s peak at most, a token written (sum)', value: roof(writing), unit: 'share' },
  { name: 'of a TPU v1’s peak at most, a text read at once (sum)', value: roof(reading), unit: 'share' },
];
