/**
 * The sentence to say first: where the model expected something else with conviction, or else was sure of what came, and
 * which look back carried that. Places are chosen by strength: how sure it was, words before signs and white space.
 */
import type { Expected, Story, Why } from '../../protocol/whyApi';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import type { Trace } from '../trace/trace';
import { expectations } from './expectations';
import { why } from './why';
import { wholeWord } from './wholeWord';
import { whyCut } from './whyCut';

/** The least probability that is a conviction; most other surprises are only the smallness of a model. */
const CONVICTION = 0.25;
/** What came must have been at most this much as likely. */
const CONTRAST = 0.25;
/** What comes is told of only where it was this sure of it: a guess that is met is no news. */
const CERTAINTY = 0.6;
/** Places whose reasons are looked for, and those of them that are cut: a cut costs as much as a stretch of the text. */
const [PLACES, CUTS] = [12, 3];
/** What the rest of a word counts for that its beginning tells. */
const SPELLING = 0.2;
/** A look at the tokens right before is spelling; what it says about the text is little. */
const NEAR = 3;

interface Place {
  position: number;
  met: boolean;
  /** The rest of a word that has begun in small letters: news only where it is copied from where it stood before. */
  spelled: boolean;
  expected: Expected;
  actual: Expected;
  strength: number;
}

/** Null where there is no such place. `logprobs`: [tokens], of each token after those before it. Throws as its readings do. */
export async function story(
  model: LoadedModel,
  trace: Trace,
  logprobs: Float32Array,
  pause: () => Promise<void>,
): Promise<Story | null> {
  if (model.config.bothWays) return null;
  const places = await convictions(model, trace, logprobs, pause);
  const missed = await told(
    model,
    trace,
    places.filter(({ met }) => !met),
    pause,
  );
  const first = await confirmed(model, trace, missed, pause);
  if (first?.cut.confirmed) return first;
  const met = await told(
    model,
    trace,
    places.filter((place) => place.met),
    pause,
  );
  const sure = await confirmed(model, trace, met, pause);
  return sure?.cut.confirmed ? sure : first;
}

interface Told {
  why: Why;
  place: Place;
  key: number;
  strength: number;
}

/** The strongest places with the look back that spoke most for what was expected there, strongest first. */
async function told(
  model: LoadedModel,
  trace: Trace,
  places: readonly Place[],
  pause: () => Promise<void>,
): Promise<Told[]> {
  const at = (place: Place) => async (own: LoadedModel) => {
    const { position, expected, actual, met, spelled } = place;
    const taken = await why(own, trace, { position, target: expected.id, ...(!met && { foil: actual.id }) });
    const key = strongestLook(taken.positions, (at) => /\S/.test(model.tokenizer.decode([trace.ids[at]])));
    await pause();
    if (key === null) return [];
    const news = spelled && trace.ids[key] !== expected.id ? SPELLING : 1;
    return [{ why: taken, place, key, strength: place.strength * news * shareOf(taken, key) }];
  };
  const strongest = places.toSorted((a, b) => b.strength - a.strength).slice(0, PLACES);
  const found: Told[] = (await sideBySide(model, strongest.map(at))).flat();
  return found.sort((a, b) => b.strength - a.strength);
}

/** The first that a cut confirms, else the strongest with what its cut did. */
async function confirmed(
  model: LoadedModel,
  trace: Trace,
  places: readonly Told[],
  pause: () => Promise<void>,
): Promise<Story | null> {
  let first: Story | null = null;
  for (const { why: taken, place, key } of places.slice(0, CUTS)) {
    const asked = { ...taken, target: taken.target.id, foil: taken.foil.id };
    const cut = await whyCut(model, trace, asked, key, pause);
    const word = await wholeWord(model, trace, place.position, place.expected);
    const story = { why: taken, cut, actual: place.actual, met: place.met, word };
    if (cut.confirmed) return story;
    first ??= story;
  }
  return first;
}

/** How much of what was expected came from that look: 0 … 1, less from next door. */
function shareOf({ positions, position, difference }: Why, key: number): number {
  const share = Math.min(1, positions[key] / difference);
  return position - key < NEAR ? share / 4 : share;
}

/** The place that spoke most for the target; neither the position itself nor what heads rest on: the first token, white space. */
function strongestLook(positions: Float32Array, isWord: (at: number) => boolean): number | null {
  let best: number | null = null;
  for (let key = 1; key < positions.length - 1; key++) {
    if (positions[key] > 0 && (best === null || positions[key] > positions[best]) && isWord(key)) best = key;
  }
  return best;
}

async function convictions(
  model: LoadedModel,
  trace: Trace,
  logprobs: Float32Array,
  pause: () => Promise<void>,
): Promise<Place[]> {
  const { tokenizer } = model;
  const { ids, probabilities } = await expectations(model, trace, 1, pause);
  const places: Place[] = [];
  const named = (id: number, probability: number): Expected => ({
    id,
    label: tokenizer.labelOf(id),
    text: tokenizer.decode([id]),
    probability,
  });
  for (let position = 0; position < trace.ids.length - 1; position++) {
    const [expectedId, actualId] = [ids[position], trace.ids[position + 1]];
    const [sure, came] = [probabilities[position], Math.exp(logprobs[position + 1])];
    const met = expectedId === actualId;
    if (met ? sure < CERTAINTY : sure < CONVICTION || came > CONTRAST * sure) continue;
    const [expected, actual] = [named(expectedId, sure), named(actualId, came)];
    // A control token writes nothing: there is no word to name.
    if (expected.text === '' || actual.text === '') continue;
    const worth = wordiness(expected.text) * wordiness(actual.text);
    const before = tokenizer.decode([trace.ids[position]]);
    const begins = !/[\p{L}\p{N}_]$/u.test(before) || !/^[\p{L}\p{N}_]/u.test(expected.text);
    const spelled = !met && /\p{L}$/u.test(before) && /^\p{Ll}/u.test(expected.text);
    const strength = met ? sure * worth * (begins ? 1 : SPELLING) : (sure - came) * worth;
    places.push({ position, met, spelled, expected, actual, strength });
  }
  return places;
}

/** A wrong word says more than a wrong sign, and that more than another number of blanks. */
function wordiness(text: string): number {
  if (/[\p{L}\p{N}]{2,}|\p{Script=Han}/u.test(text)) return 1;
  return /\S/.test(text) ? 0.6 : 0.2;
}
