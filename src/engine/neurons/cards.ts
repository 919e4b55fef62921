/** Cards of the neurons that answer to what is asked for: their strongest places, what they write, what they go with. */
import {
  nameOfKind,
  type NeuronCard,
  type NeuronCards,
  type NeuronPlace,
  type NeuronQuery,
  type ShuffledNames,
} from '../../protocol/neuronCards';
import { Problem } from '../../protocol/problem';
import { labelled as readable } from '../../shared/tokenLabel';
import type { Kernel } from '../kernel/kernel';
import type { LoadedModel } from '../model/load';
import { deviationOf } from '../reading/direction';
import { lookAgain } from '../reading/why';
import type { Trace } from '../trace/trace';
import { activityOf, eachValue, numbering, type Numbering, type TextActivity } from './activity';
import { f1, fitOf, fitsOf, labelsOf, meantIn, peaksOf, whereOn, type On } from './fits';
import { kindsOf, whereCharacters, whereKind } from './kinds';
import { writesOf } from './writes';

/** Tokens of each text beside the explained one. */
const TEXT_TOKENS = 256;
/** Models up to this many parameters run the other texts, too. */
const MOST_PARAMETERS = 50e6;
/** Strongest places of a card in the explained text and in the others; tokens that it writes for and against. */
const [PLACES, WRITTEN] = [4, 5];
/** Tokens told on each side of a place. */
const [BEFORE, AFTER] = [6, 3];

export interface CardOptions {
  query: NeuronQuery | null;
  /** Cards at most. */
  most: number;
  /** Beside the explained text; of every second one it is learnt what is told of the others. */
  texts: readonly { name: string; text: string }[];
  /** Of this model's weights in another order. */
  shuffled?: ShuffledNames | null;
  pause?: () => Promise<void> | void;
  /** 0 … 1 */
  progress?: (share: number) => void;
}

/** By the kernel, which is a loaded model's own. */
const known = new WeakMap<Kernel, readonly TextActivity[]>();

/**
 * `text`: the explained one, of which `trace` is the run as it is. Costs a run of it (and once, of a small model, of each of the
 * others), its last row again, and the layers that cards are of. Throws Problem edit-invalid for an edited run, internal
 * for a neuron that is not there or a model with too many, out-of-memory.
 */
export async function neuronCards(
  model: LoadedModel,
  trace: Trace,
  text: string,
  { query, most, texts, shuffled = null, pause, progress = () => {} }: CardOptions,
): Promise<NeuronCards> {
  if (trace.edits.length > 0)
    throw new Problem('edit-invalid', 'Cards of neurons are of the run as it is: take the interventions away.');
  const numbers = numbering(model.config);
  const wanted = query && 'neuron' in query ? numberOf(model, numbers, query) : null;
  const here = await activityOf(model, { name: null, text }, trace.ids.length, pause);
  const others = model.card.parameters <= MOST_PARAMETERS ? await othersOf(model, texts, pause, progress) : [];
  progress(0.8);
  const halves = [0, 1].map((half) => others.filter((_, i) => i % 2 === half));
  const [choosing, held] = halves.every((half) => half.length > 0) ? halves : [[here], [here]];
  const thresholds = peaksOf(choosing, numbers);
  const [on, onHeld] = [choosing, held].map((half) => whereOn(half, numbers, thresholds));
  const masks = new Map([here, ...others].map((one) => [one, kindsOf(one.tokens, one.text)]));
  await pause?.();
  const labels = labelsOf(on, onHeld, (of, kind) => meantIn(of, (one) => whereKind(masks.get(one)!, kind)));
  await pause?.();
  progress(0.9);
  const fits = query && !('neuron' in query) ? [on, onHeld].map((of) => fitsOf(of, meantOf(of, query))) : null;
  const score = (neuron: number): number =>
    fits ? f1(fits[0], neuron) : (labels[neuron]?.precision ?? 0) * (labels[neuron]?.recall ?? 0);
  const chosen =
    wanted !== null
      ? [wanted]
      : Array.from({ length: numbers.count }, (_, neuron) => neuron)
          .filter((neuron) => score(neuron) > 0)
          .sort((a, b) => score(b) - score(a) || a - b)
          .slice(0, most);
  const places = strongest([here, ...others], numbers, chosen);
  const { last } = await lookAgain(model, trace, trace.ids.length - 1);
  const named = chosen.map((neuron) => ({ ...nameOf(model, numbers, neuron), peak: places.get(neuron)!.peak }));
  const writes = await writesOf(
    model,
    named.map(({ peak, ...name }) => ({ ...name, value: peak })),
    { deviation: deviationOf(model.config, last), top: WRITTEN },
  );
  const onAnywhere = (neuron: number): number =>
    (on.counts[neuron] + onHeld.counts[neuron]) / (on.length + onHeld.length);
  return {
    cards: chosen.map((neuron, i): NeuronCard => {
      const { own, away } = places.get(neuron)!;
      return {
        ...named[i],
        density: onAnywhere(neuron),
        here: own,
        elsewhere: away,
        writes: writes[i],
        label: labels[neuron],
        asked: fits && fitOf(fits[1], neuron),
      };
    }),
    neurons: numbers.count,
    labelled: labels.filter((label) => label !== null).length,
    shuffled: shuffled && {
      labelled: shuffled.labelled,
      best: query && 'kind' in query ? (shuffled.best[nameOfKind(query)] ?? null) : null,
    },
    texts: { count: others.length, tokens: others.reduce((sum, { tokens }) => sum + tokens.length, 0) },
  };

  function meantOf(of: On, asked: Exclude<NeuronQuery, { neuron: number }>): Uint8Array {
    return meantIn(of, (one) =>
      'kind' in asked ? whereKind(masks.get(one)!, asked) : whereCharacters(one.tokens, one.text, asked.characters),
    );
  }
}

/** Run once for each model: what they are does not depend on the explained text. */
async function othersOf(
  model: LoadedModel,
  texts: readonly { name: string; text: string }[],
  pause: (() => Promise<void> | void) | undefined,
  progress: (share: number) => void,
): Promise<readonly TextActivity[]> {
  const before = known.get(model.kernel);
  if (before) return before;
  const run: TextActivity[] = [];
  for (const one of texts) {
    run.push(await activityOf(model, one, TEXT_TOKENS, pause));
    progress((0.8 * run.length) / texts.length);
  }
  known.set(model.kernel, run);
  return run;
}

function numberOf(
  { config }: LoadedModel,
  { first }: Numbering,
  { layer, expert, neuron }: Extract<NeuronQuery, { neuron: number }>,
): number {
  const shape = config.shapes[layer]?.feedForward;
  const [width, hasExpert] =
    shape === undefined
      ? [0, false]
      : expert === 'shared'
        ? [shape.sharedHidden, true]
        : [shape.hidden, shape.experts > 0 ? expert !== null && isOneOf(expert, shape.experts) : expert === null];
  const isThere = hasExpert && isOneOf(neuron, width);
  if (!isThere) throw new Problem('internal', `There is no neuron ${expert === null ? '' : `${expert}.`}${neuron} in layer ${layer}.`); // prettier-ignore
  const before = expert === 'shared' ? Math.max(1, shape.experts) : (expert ?? 0);
  return first[layer] + before * shape.hidden + neuron;
}

const isOneOf = (number: number, count: number): boolean => Number.isInteger(number) && number >= 0 && number < count;

function nameOf(
  { config }: LoadedModel,
  { first }: Numbering,
  number: number,
): Pick<NeuronCard, 'layer' | 'expert' | 'neuron'> {
  const layer = first.findLastIndex((one) => one <= number);
  const { hidden, experts } = config.shapes[layer].feedForward;
  const rest = number - first[layer];
  const sharedFrom = hidden * Math.max(1, experts);
  if (rest >= sharedFrom) return { layer, expert: 'shared', neuron: rest - sharedFrom };
  return { layer, expert: experts > 0 ? Math.floor(rest / hidden) : null, neuron: rest % hidden };
}

/** Where each answers most, with its sign of the largest: in the explained text and in the others. */
function strongest(
  texts: readonly TextActivity[],
  numbers: Numbering,
  chosen: readonly number[],
): Map<number, { peak: number; own: NeuronPlace[]; away: NeuronPlace[] }> {
  const values = new Map(
    chosen.map((neuron) => [neuron, [] as { text: TextActivity; position: number; value: number }[]]),
  );
  for (const text of texts)
    eachValue(text, numbers, (neuron, position, value) => values.get(neuron)?.push({ text, position, value }));
  return new Map(
    [...values].map(([neuron, all]) => {
      all.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
      const peak = all.at(0)?.value ?? 0;
      const same = all.filter(({ value }) => value * peak > 0);
      const some = (own: boolean): NeuronPlace[] =>
        same
          .filter(({ text }) => (text.name === null) === own)
          .slice(0, PLACES)
          .map(({ text, position, value }) => placeOf(text, position, value));
      return [neuron, { peak, own: some(true), away: some(false) }];
    }),
  );
}

function placeOf({ name, text, tokens }: TextActivity, position: number, value: number): NeuronPlace {
  const { charStart, charEnd } = tokens[position];
  const [first, last] = [tokens[Math.max(0, position - BEFORE)], tokens[Math.min(tokens.length - 1, position + AFTER)]];
  return {
    text: name,
    position,
    before: text.slice(first.charStart, charStart),
    token: readable([tokens[position]], text)[0].label,
    after: text.slice(charEnd, Math.max(charEnd, last.charEnd)),
    value,
  };
}
