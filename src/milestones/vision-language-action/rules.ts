/**
 * The hand-written policy: words are looked up in a list of synonyms, things by their true names (it has perfect eyes). The
 * list was committed before the instructions that it is tested on were written, and is not changed after.
 */
import type { Action, Direction, Verb } from './actions';
import type { Kind } from './things';

export const VERB_WORDS: Readonly<Record<string, Verb>> = {
  take: 'take',
  grab: 'take',
  pick: 'take',
  get: 'take',
  lift: 'take',
  remove: 'take',
  push: 'push',
  shove: 'push',
  nudge: 'push',
  slide: 'push',
  press: 'push',
  carry: 'carry',
  bring: 'carry',
  move: 'carry',
  transport: 'carry',
  turn: 'turn',
  rotate: 'turn',
  flip: 'turn',
};

export const DIRECTION_WORDS: Readonly<Record<string, Direction>> = {
  left: 'left',
  right: 'right',
  up: 'up',
  above: 'up',
  forward: 'up',
  down: 'down',
  below: 'down',
  back: 'down',
};

export const THING_WORDS: Readonly<Record<string, Kind>> = {
  cat: 'cat',
  kitten: 'cat',
  kitty: 'cat',
  face: 'face',
  head: 'face',
  person: 'face',
  train: 'train',
  locomotive: 'train',
  engine: 'train',
  house: 'house',
  home: 'house',
  hut: 'house',
  cup: 'cup',
  mug: 'cup',
  glass: 'cup',
  ball: 'ball',
  globe: 'ball',
  star: 'star',
  tree: 'tree',
  fir: 'tree',
  fish: 'fish',
  key: 'key',
  umbrella: 'umbrella',
  ladder: 'ladder',
  steps: 'ladder',
};

/** `more`: rules that are written later, for a new scene. Null where a word is missing that it needs. */
export function byRules(
  words: readonly string[],
  lies: ReadonlyMap<Kind, number>,
  more: Readonly<Record<string, Direction>> = {},
): Action | null {
  const first = <Meaning>(list: Readonly<Record<string, Meaning>>): Meaning | undefined =>
    words.map((word) => (Object.hasOwn(list, word) ? list[word] : undefined)).find((meaning) => meaning !== undefined);
  const verb = first(VERB_WORDS);
  const thing = first(THING_WORDS);
  const cell = thing && lies.get(thing);
  const direction = first({ ...DIRECTION_WORDS, ...more }) ?? 'none';
  if (!verb || cell === undefined) return null;
  return { verb, cell, direction: verb === 'take' || verb === 'turn' ? 'none' : direction };
}
