/**
 * Benefit and misuse: a mark in generated text. The bundled model writes on from the same beginnings without a mark, with a
 * green list and by tournament; detectors that know the key score the text alone. Controls: the same model's unmarked text,
 * and another key. Then the marked texts are edited, and what the mark costs is read off in bits.
 */
import { log2 } from '../../shared/elementary';
import { topIds } from '../../engine/model/logits';
import type { LoadedModel } from '../../engine/model/load';
import type { Card } from '../../protocol/milestones';
import { Decoder } from '../../reasoning/solve/decoder';
import { seededRandom } from '../../shared/random';
import { softmax } from '../../shared/softmax';
import { bootstrapInterval, mean, shareInterval } from '../../shared/statistics';
import type { Experiment } from '../experiment';
import { OPENINGS } from './openings';
import {
  controls,
  KINDS,
  SCHEMES,
  SHARES,
  type Detection,
  type Options,
  type Result,
  type Scheme,
  type TextRow,
} from './options';
import { CONTEXT, isGreen, score, throughTournament, towardsGreen } from './watermark';
import { renameIdentifiers, substitute } from './wear';
import { trial } from './trial';

/** Tokens that are sampled from, as in top-k sampling: the same for every text, marked or not. */
const TOP = 200;
/** Tokens of a beginning, with room to spare. */
const OPENING = 64;

export const benefitAndMisuse: Experiment<Options, Result> = {
  id: 'benefit-and-misuse',
  controls,
  trial,
  needs: { models: ['default'] },
  async run(options, seed, report, _signal, inputs) {
    const model = await inputs.model('default');
    const decoder = new Decoder(model, OPENING + options.tokens);
    const keys = { right: seed * 2 + 1, wrong: seed * 2 + 2 };
    const lengths = [0.25, 0.5, 0.75, 1].map((part) => Math.round(part * options.tokens));
    const result: Result = { lengths, rows: [], detection: null, sample: null };
    const all = options.texts * KINDS.length;
    try {
      for (let text = 0; text < options.texts; text++) {
        for (const kind of KINDS) {
          const number = result.rows.length;
          const note = { text: 'Text {0} of {1}', args: [number + 1, all] };
          const pause = (): Promise<void> => report(number / all, note);
          const prompt = OPENINGS[kind][text];
          const write = (scheme: Scheme | 'unmarked'): Promise<Written> =>
            writeOn(model, decoder, prompt, { scheme, key: keys.right, ...options, seed: seed * 1000 + number, pause });
          const plain = await write('unmarked');
          const marked = { green: await write('green'), tournament: await write('tournament') };
          result.rows.push(rowOf(model, kind, plain, marked, { keys, lengths, seed: seed * 1000 + number }));
          result.detection = detect(result.rows);
          if (kind === 'english') result.sample ??= sampleOf(model, prompt, plain, marked.green, keys.right);
          await report((number + 1) / all, note, structuredClone(result));
        }
      }
    } finally {
      decoder.release();
    }
    return { result };
  },
  card,
};

interface Written {
  text: string;
  /** Mean of −log₂ p under the model without a mark, over the tokens that were written. */
  bits: number;
}

interface Writing {
  scheme: Scheme | 'unmarked';
  key: number;
  tokens: number;
  delta: number;
  seed: number;
  pause: () => Promise<void>;
}

/** At temperature 1. The same seed draws the same random numbers, so texts part only where the mark moves a draw. */
async function writeOn(model: LoadedModel, decoder: Decoder, prompt: string, writing: Writing): Promise<Written> {
  const { scheme, key, tokens, delta, seed, pause } = writing;
  const { tokenizer } = model;
  const random = seededRandom(seed);
  const before = tokenizer.encode(prompt, { bos: true }).map(({ id }) => id);
  await decoder.moveTo(before);
  const written: number[] = [];
  // Where a context comes again the tournament rests: the same coins twice would be noticed.
  const used = new Set<string>();
  let bits = 0;
  while (written.length < tokens) {
    const logits = await decoder.logits();
    const ids = topIds(logits, TOP).filter((id) => tokenizer.bytesOf(id).length > 0);
    const p = softmax(Float64Array.from(ids, (id) => logits[id]));
    const context = [...before, ...written].slice(-CONTEXT[scheme === 'unmarked' ? 'green' : scheme]);
    const isUsed = used.has(context.join());
    used.add(context.join());
    const from =
      scheme === 'green'
        ? towardsGreen(p, ids, { key, context, delta })
        : scheme === 'tournament' && !isUsed
          ? throughTournament(p, ids, { key, context })
          : p;
    const at = draw(from, random());
    bits -= log2(p[at]);
    written.push(ids[at]);
    await pause();
    if (written.length < tokens) await decoder.push(ids[at]);
  }
  return { text: tokenizer.decode(written), bits: bits / written.length };
}

function draw(probabilities: Float64Array, at: number): number {
  let left = at;
  for (let i = 0; i < probabilities.length; i++) {
    left -= probabilities[i];
    if (left < 0) return i;
  }
  return probabilities.length - 1;
}

/** Everything is read off the text, tokenized anew, as a detector that knows no more would do it. */
function rowOf(
  model: LoadedModel,
  kind: TextRow['kind'],
  plain: Written,
  marked: Record<Scheme, Written>,
  { keys, lengths, seed }: { keys: { right: number; wrong: number }; lengths: number[]; seed: number },
): TextRow {
  const idsOf = (text: string): number[] => model.tokenizer.encode(text).map(({ id }) => id);
  const decode = (ids: readonly number[]): string => model.tokenizer.decode(ids);
  const perScheme = <Value>(of: (scheme: Scheme) => Value): Record<Scheme, Value> => ({
    green: of('green'),
    tournament: of('tournament'),
  });
  const scores = (scheme: Scheme, key: number, text: string): number[] =>
    lengths.map((length) => score(scheme, key, idsOf(text), length));
  const pool = idsOf(plain.text);
  const edited = (scheme: Scheme): number[] => {
    const random = seededRandom(seed);
    const ids = idsOf(marked[scheme].text);
    return SHARES.map((share) => score(scheme, keys.right, idsOf(decode(substitute(ids, share, pool, random)))));
  };
  return {
    kind,
    marked: perScheme((scheme) => scores(scheme, keys.right, marked[scheme].text)),
    unmarked: perScheme((scheme) => scores(scheme, keys.right, plain.text)),
    wrongKey: perScheme((scheme) => scores(scheme, keys.wrong, marked[scheme].text)),
    edited: perScheme(edited),
    renamed:
      kind === 'code'
        ? perScheme((scheme) => score(scheme, keys.right, idsOf(renameIdentifiers(marked[scheme].text))))
        : null,
    bits: { ...perScheme((scheme) => marked[scheme].bits), unmarked: plain.bits },
  };
}

/** Every second text of each kind sets the threshold; the others are judged by it. */
export function detect(rows: readonly TextRow[]): Result['detection'] {
  const half = (odd: number): TextRow[] => rows.filter((_, at) => Math.floor(at / KINDS.length) % 2 === odd);
  const [setting, judged] = [half(0), half(1)];
  if (judged.length === 0) return null;
  const whole = (scores: number[]): number => scores.at(-1)!;
  const of = (scheme: Scheme): Detection => {
    const threshold = Math.max(...setting.map(({ unmarked }) => whole(unmarked[scheme])));
    const above = (which: 'marked' | 'unmarked'): number =>
      judged.filter((row) => whole(row[which][scheme]) > threshold).length;
    return { threshold, found: above('marked'), falseAlarms: above('unmarked'), asked: judged.length };
  };
  return { green: of('green'), tournament: of('tournament') };
}

function sampleOf(model: LoadedModel, prompt: string, plain: Written, green: Written, key: number): Result['sample'] {
  const ids = model.tokenizer.encode(green.text).map(({ id }) => id);
  const marked = ids.map((id, at) => ({
    text: model.tokenizer.decode([id]),
    green: at > 0 && isGreen(key, [ids[at - 1]], id),
  }));
  return { prompt, unmarked: plain.text, marked };
}

function card(result: Result): Card {
  const { rows, detection } = result;
  const last = (scores: number[]): number => scores.at(-1)!;
  const zOf = (scheme: Scheme, kind: TextRow['kind']): number =>
    mean(rows.filter((row) => row.kind === kind).map((row) => last(row.marked[scheme])));
  const costs = (scheme: Scheme): number[] => rows.map(({ bits }) => bits[scheme] - bits.unmarked);
  const [green, tournament] = SCHEMES.map((scheme) => detection![scheme]);
  const part = (count: number, { asked }: Detection): number => count / asked;
  const editedAt = (share: number): number => mean(rows.map(({ edited }) => edited.green[SHARES.indexOf(share)]));
  const renamed = rows.flatMap((row) => (row.renamed ? [row.renamed.green] : []));
  return {
    paper: {
      text: 'Kirchenbauer et al. 2023: text can be marked with little effect on its quality and recognised from a short span of tokens, without the model (abstract); SynthID-Text: no change of quality seen in nearly 20 million answers (Dathathri et al. 2024, abstract)',
    },
    rows: [
      { name: 'texts asked, marked and unmarked each', value: green.asked, unit: 'integer' },
      {
        name: 'green list: marked texts found',
        value: part(green.found, green),
        unit: 'share',
        interval: shareInterval(part(green.found, green), green.asked),
      },
      {
        name: 'green list: false alarms on unmarked texts',
        value: part(green.falseAlarms, green),
        unit: 'share',
        interval: shareInterval(part(green.falseAlarms, green), green.asked),
      },
      {
        name: 'tournament: marked texts found',
        value: part(tournament.found, tournament),
        unit: 'share',
        interval: shareInterval(part(tournament.found, tournament), tournament.asked),
      },
      {
        name: 'tournament: false alarms on unmarked texts',
        value: part(tournament.falseAlarms, tournament),
        unit: 'share',
        interval: shareInterval(part(tournament.falseAlarms, tournament), tournament.asked),
      },
      { name: 'green list: z on code', value: zOf('green', 'code') },
      { name: 'green list: z on English', value: zOf('green', 'english') },
      { name: 'green list: z on Chinese', value: zOf('green', 'chinese') },
      { name: 'tournament: z over all texts', value: mean(rows.map((row) => last(row.marked.tournament))) },
      { name: 'green list: z with the wrong key', value: mean(rows.map((row) => last(row.wrongKey.green))) },
      { name: 'green list: z after a fifth of the tokens was replaced', value: editedAt(0.2) },
      { name: 'green list: z on code with other identifiers', value: mean(renamed) },
      {
        name: 'green list: cost, bits a token',
        value: mean(costs('green')),
        unit: 'bits',
        interval: bootstrapInterval(costs('green'), mean),
      },
      {
        name: 'tournament: cost, bits a token',
        value: mean(costs('tournament')),
        unit: 'bits',
        interval: bootstrapInterval(costs('tournament'), mean),
      },
    ],
    why: {
      text: 'The bundled model is small and uncertain, which leaves more room for a mark than a large model does; where it repeats itself there is little, since each pair of context and token counts once. The threshold is the largest score of half of the unmarked texts, so its false alarms on the other half are counted and not promised. Our green list draws each token’s colour by itself. The mark would be worth nothing if the wrong key, or unmarked text, scored as high.',
    },
  };
}
