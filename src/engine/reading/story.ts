/**
 * The sentence to say first: where the model expected something else with conviction, and which look back carried that.
 * Places are chosen by strength: how sure it was of what did not come, words before signs and white space.
 */
import type { Expected, Story, Why } from '../../protocol/whyApi';
import type { LoadedModel } from '../model/load';
import type { Trace } from '../trace/trace';
import { expectations } from './expectations';
import { why } from './why';
import { whyCut } from './whyCut';

/** The least probability that is a conviction; most other surprises are only the smallness of a model. */
const CONVICTION = 0.25;
/** What came must have been at most this much as likely. */
const CONTRAST = 0.25;
/** Places whose reasons are looked for, and those of them that are cut: a cut costs as much as a stretch of the text. */
const [PLACES, CUTS] = [12, 3];
/** A look at the tokens right before is spelling; what it says about the text is little. */
const NEAR = 3;

interface Place {
  position: number;
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
  const places = (await convictions(model, trace, logprobs, pause)).sort((a, b) => b.strength - a.strength);
  const told: { why: Why; actual: Expected; key: number; strength: number }[] = [];
  for (const { position, expected, actual, strength } of places.slice(0, PLACES)) {
    const taken = await why(model, trace, { position, target: expected.id, foil: actual.id });
    const key = strongestLook(taken.positions);
    if (key !== null) told.push({ why: taken, actual, key, strength: strength * shareOf(taken, key) });
    await pause();
  }
  told.sort((a, b) => b.strength - a.strength);
  let first: Story | null = null;
  for (const { why: taken, actual, key } of told.slice(0, CUTS)) {
    const asked = { ...taken, target: taken.target.id, foil: taken.foil.id };
    const cut = await whyCut(model, trace, asked, key, pause);
    if (cut.confirmed) return { why: taken, cut, actual };
    first ??= { why: taken, cut, actual };
  }
  return first;
}

/** How much of what was expected came from that look: 0 … 1, less from next door. */
function shareOf({ positions, position, difference }: Why, key: number): number {
  const share = Math.min(1, positions[key] / difference);
  return position - key < NEAR ? share / 4 : share;
}

/** The place that spoke most for the target; neither the position itself nor the first token, which heads rest on. */
function strongestLook(positions: Float32Array): number | null {
  let best: number | null = null;
  for (let key = 1; key < positions.length - 1; key++) {
    if (positions[key] > 0 && (best === null || positions[key] > positions[best])) best = key;
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
    if (expectedId === actualId || sure < CONVICTION || came > CONTRAST * sure) continue;
    const [expected, actual] = [named(expectedId, sure), named(actualId, came)];
    // A control token writes nothing: there is no word to name.
    if (expected.text === '' || actual.text === '') continue;
    const worth = wordiness(expected.text) * wordiness(actual.text);
    places.push({
      position,
      expected,
      actual,
      strength: (sure - came) * worth,
    });
  }
  return places;
}

/** A wrong word says more than a wrong sign, and that more than another number of blanks. */
function wordiness(text: string): number {
  if (/[\p{L}\p{N}]{2,}|\p{Script=Han}/u.test(text)) return 1;
  return /\S/.test(text) ? 0.6 : 0.2;
}
