/**
 * The sentence to say first: where the model expected something else with conviction or was undecided between two words of
 * which one came, or else was sure of what came, and which look back carried that. Places are chosen by strength: how much
 * probability stood on a word that did not come (of what came: on it), words before signs and white space.
 */
import type { Expected, Story, Why } from '../../protocol/whyApi';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import type { Trace } from '../trace/trace';
import { expectations } from './expectations';
import { why } from './why';
import { isReadable } from '../tokenizer/namedToken';
import { isNoOther, isSameWord } from './sameWord';
import { tokenClass } from './tokenClass';
import { WORD_TOKENS, wholeWord } from './wholeWord';
import { whyCut } from './whyCut';

/** The least probability that is a conviction; most other surprises are only the smallness of a model. */
const CONVICTION = 0.25;
/** What came must have been at most this much as likely. */
const CONTRAST = 0.25;
/** Of two words that it was undecided between, the second was at least this much as likely as the first. */
const NEARLY = 0.5;
/** What comes is told of only where it was this sure of it: a guess that is met is no news. */
const CERTAINTY = 0.6;
/** Places whose reasons are looked for, of choices fewer, and those that are cut: a cut costs as much as a stretch of the text. */
const [PLACES, CHOICES, CUTS] = [12, 4, 3];
/** What the rest of a word counts for that its beginning tells. */
const SPELLING = 0.2;
/** A look at the tokens right before is spelling; what it says about the text is little. */
const NEAR = 3;

interface Place {
  kind: 'missed' | 'undecided' | 'met';
  position: number;
  /** The rest of a word that has begun in small letters: news only where it is copied from where it stood before. */
  spelled: boolean;
  expected: Expected;
  /** What it is compared with: what came, or of two words the second; of what was met the likeliest other. */
  against?: Expected;
  actual: Expected;
  strength: number;
}

/**
 * Null where there is no such place. `logprobs`: [tokens], of each token after those before it. Costs `why` for each place
 * that is looked at, side by side, and `whyCut` for at most six. Throws as its readings do.
 */
export async function story(
  model: LoadedModel,
  trace: Trace,
  logprobs: Float32Array,
  pause: () => Promise<void>,
): Promise<Story | null> {
  if (model.config.bothWays) return null;
  const places = await convictions(model, trace, logprobs, pause);
  const strongest = (wanted: Place['kind'], most: number): Place[] =>
    places
      .filter(({ kind }) => kind === wanted)
      .sort((a, b) => b.strength - a.strength)
      .slice(0, most);
  // Both at once: of a model larger than memory they share its file's passes.
  const unmet = [...strongest('missed', PLACES), ...strongest('undecided', CHOICES)];
  const first = await firstTold(stories(model, trace, await told(model, trace, unmet, pause), pause));
  if (first?.cut.confirmed) return first;
  const sure = await told(model, trace, strongest('met', PLACES), pause);
  return (await firstTold(stories(model, trace, sure, pause))) ?? first;
}

interface Told {
  why: Why;
  place: Place;
  key: number;
  strength: number;
}

/** The places with the look back that spoke most for what was expected there, strongest first. */
async function told(
  model: LoadedModel,
  trace: Trace,
  places: readonly Place[],
  pause: () => Promise<void>,
): Promise<Told[]> {
  const at = (place: Place) => async (own: LoadedModel) => {
    const { position, expected, against, spelled } = place;
    const taken = await why(own, trace, { position, target: expected.id, foil: against?.id });
    const key = strongestLook(taken.positions, (at) => /\S/.test(model.tokenizer.decode([trace.ids[at]])));
    await pause();
    if (key === null) return [];
    const news = spelled && trace.ids[key] !== expected.id ? SPELLING : 1;
    return [{ why: taken, place, key, strength: place.strength * news * shareOf(taken, key, place.kind) }];
  };
  const found: Told[] = (await sideBySide(model, places.map(at))).flat();
  return found.sort((a, b) => b.strength - a.strength);
}

/**
 * The first that a cut confirms, else the strongest that may be told without. That it was undecided, or sure of what came, is
 * told only with what spoke for it.
 */
export async function firstTold<Cut extends Pick<Story, 'met' | 'other'> & { cut: Pick<Story['cut'], 'confirmed'> }>(
  found: AsyncIterable<Cut>,
): Promise<Cut | null> {
  let first: Cut | null = null;
  let cuts = 0;
  for await (const story of found) {
    if (story.cut.confirmed) return story;
    if (!story.met && !story.other) first ??= story;
    if (++cuts === CUTS) break;
  }
  return first;
}

/** Those of the places that say something, each with what its cut did: made one by one, as they are asked for. */
async function* stories(
  model: LoadedModel,
  trace: Trace,
  places: readonly Told[],
  pause: () => Promise<void>,
): AsyncGenerator<Story> {
  for (const { why: taken, place, key } of places) {
    const { kind, position, expected, actual, against } = place;
    const word = await wholeWord(model, trace, position, expected);
    const other = kind === 'undecided' && against ? await wholeWord(model, trace, position, against) : undefined;
    // A conviction is one of the whole word; its first piece may have come, and then another word.
    if (word.probability < (kind === 'met' ? CERTAINTY : CONVICTION)) continue;
    if (kind === 'met' && !follows(model, trace, position, word.text)) continue;
    if (kind === 'missed' && isSame(model, trace, position, word.text)) continue;
    // Two spellings of one word are no choice.
    if (other && (other.text.startsWith(word.text) || word.text.startsWith(other.text))) continue;
    const asked = { ...taken, target: taken.target.id, foil: taken.foil.id };
    const cut = await whyCut(model, trace, asked, key, pause);
    const met = expected.id === actual.id;
    yield { why: taken, cut, actual, met, word, ...(other && { other }) };
  }
}

const textAfter = ({ tokenizer }: LoadedModel, { ids }: Trace, position: number): string =>
  tokenizer.decode(ids.slice(position + 1, position + 1 + WORD_TOKENS));

/** Whether the text goes on with this word after the token at `position`. */
const follows = (model: LoadedModel, trace: Trace, position: number, word: string): boolean =>
  textAfter(model, trace, position).startsWith(word);

function isSame(model: LoadedModel, trace: Trace, position: number, word: string): boolean {
  const before = model.tokenizer.decode(trace.ids.slice(Math.max(0, position + 1 - WORD_TOKENS), position + 1));
  return isSameWord(before, word, textAfter(model, trace, position));
}

/** How much of what was expected came from that look: 0 … 1, less from next door. */
function shareOf({ positions, position, difference }: Why, key: number, kind: Place['kind']): number {
  // Two that are nearly as likely differ by next to nothing: the look is a share of all that spoke for the first.
  const whole = kind === 'undecided' ? positions.reduce((sum, effect) => sum + Math.max(0, effect), 0) : difference;
  const share = Math.min(1, positions[key] / whole);
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
  const { top, ids, probabilities } = await expectations(model, trace, 2, pause);
  const places: Place[] = [];
  const named = (id: number, probability: number): Expected => ({
    id,
    label: tokenizer.labelOf(id),
    text: tokenizer.decode([id]),
    probability,
  });
  const used = new Set<string>();
  for (let position = 0; position < trace.ids.length - 1; position++) {
    const before = tokenizer.decode([trace.ids[position]]);
    used.add(before.trim());
    const at = position * top;
    const expected = named(ids[at], probabilities[at]);
    const second = named(ids[at + 1], probabilities[at + 1]);
    const actual = named(trace.ids[position + 1], Math.exp(logprobs[position + 1]));
    const kind = kindOf(expected, second, actual);
    // A control token writes nothing, and a part of a character cannot be read: there is no word to name.
    if (!kind || !isReadable(expected.text) || !isReadable(actual.text)) continue;
    if (kind === 'missed' && isNoOther(before, expected.text, actual.text)) continue;
    const begins = !/[\p{L}\p{N}_]$/u.test(before) || !/^[\p{L}\p{N}_]/u.test(expected.text);
    const spelled = kind === 'missed' && /\p{L}$/u.test(before) && /^\p{Ll}/u.test(expected.text);
    const place = { kind, position, spelled, expected, actual };
    const worth = wordiness(expected.text) * wordiness(actual.text);
    if (kind === 'met') places.push({ ...place, strength: expected.probability * worth * (begins ? 1 : SPELLING) });
    else if (kind === 'missed') {
      places.push({ ...place, against: actual, strength: (expected.probability - actual.probability) * worth });
    } else if (begins && isChoice(expected, second) && [expected, second].every(({ text }) => used.has(text.trim()))) {
      const missed = actual.id === expected.id ? second : expected;
      places.push({ ...place, against: second, strength: missed.probability });
    }
  }
  return places;
}

function kindOf(expected: Expected, second: Expected, actual: Expected): Place['kind'] | null {
  if (expected.id === actual.id && expected.probability >= CERTAINTY) return 'met';
  const isEven = second.probability >= Math.max(CONVICTION, NEARLY * expected.probability);
  if (isEven && (actual.id === expected.id || actual.id === second.id)) return 'undecided';
  const { id, probability } = expected;
  return id !== actual.id && probability >= CONVICTION && actual.probability <= CONTRAST * probability
    ? 'missed'
    : null;
}

/** Undecided between signs, keywords or white space it is all the time: what a language's grammar leaves open is no news. */
function isChoice(a: Expected, b: Expected): boolean {
  const areNames = [a, b].every(({ text }) => tokenClass(text) === 'word' && wordiness(text) === 1);
  return areNames && a.text.trim() !== b.text.trim();
}

/** A wrong word says more than a wrong sign, and that more than another number of blanks. */
function wordiness(text: string): number {
  if (/[\p{L}\p{N}]{2,}|\p{Script=Han}/u.test(text)) return 1;
  return /\S/.test(text) ? 0.6 : 0.2;
}
