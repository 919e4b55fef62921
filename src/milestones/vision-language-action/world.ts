/** Tables with things on them, and what is said about them: captions, demonstrations, and instructions that no one has shown. */
import { seededRandom, shuffle } from '../../shared/random';
import { CELLS, tokensOf, type Action, type Direction, type Verb } from './actions';
import type { Asked } from './options';
import { SIGNS } from './signs';
import { drawnThing, HANDLED, KINDS, NAMES, NEW, PATCH_PIXELS, SEEN, type Kind } from './things';

/** Most words of a sentence. */
export const WORDS = 8;
export const LANDMARKS: Record<Exclude<Direction, 'none'>, string> = {
  left: 'door',
  right: 'window',
  up: 'wall',
  down: 'bench',
};
/** What a new scene says instead of directions. */
const landmarkOf = (direction: Direction): string => LANDMARKS[direction as keyof typeof LANDMARKS];

/** The first word of each is that of most demonstrations. */
const SAID: Record<Verb, readonly string[]> = {
  take: ['take', 'grab'],
  push: ['push', 'shove'],
  carry: ['carry', 'bring'],
  turn: ['turn'],
};
const OTHERS = ['', 'where', 'the', 'to', 'please', 'now', 'robot', 'left', 'right', 'up', 'down', ...Object.values(LANDMARKS), ...Object.values(SAID).flat()]; // prettier-ignore
export const VOCABULARY: readonly string[] = [...OTHERS, ...KINDS.flatMap((kind) => NAMES[kind])];
/** Behind them, while the shipped weights learn. */
export const SIGN_WORDS: readonly string[] = Array.from({ length: SIGNS }, (_, at) => `sign${at + 1}`);
/** Of the first noun in VOCABULARY. */
export const FIRST_NOUN = OTHERS.length;
export const EMPTY = 0;

export interface Table {
  /** [CELLS]: a place in KINDS, beyond them a sign, −1 for nothing. */
  things: Int16Array;
  /** [CELLS][PATCH_PIXELS] */
  patches: Float32Array;
}

export interface Example {
  table: Table;
  words: readonly string[];
  action: Action;
}

/** Drawings are made once, and lie on many tables: some to learn from, others to be tested with. */
export class Drawer {
  private readonly pools = new Map<number, Float32Array[]>();

  constructor(
    private readonly seed: number,
    private readonly hands = 40,
  ) {}

  draw(kind: number, random: () => number): Float32Array {
    let pool = this.pools.get(kind);
    if (!pool) {
      const own = seededRandom(this.seed * 1009 + kind);
      pool = Array.from({ length: this.hands }, () => drawnThing(kind, own));
      this.pools.set(kind, pool);
    }
    return pool[Math.floor(random() * pool.length)];
  }

  table(kinds: readonly number[], random: () => number): Table {
    const table: Table = { things: new Int16Array(CELLS).fill(-1), patches: new Float32Array(CELLS * PATCH_PIXELS) };
    const cells = shuffle([...table.things.keys()], random);
    kinds.forEach((kind, at) => {
      table.things[cells[at]] = kind;
      table.patches.set(this.draw(kind, random), cells[at] * PATCH_PIXELS);
    });
    return table;
  }
}

/** As many different ones. */
export const someOf = (kinds: readonly number[], count: number, random: () => number): number[] =>
  shuffle([...kinds], random).slice(0, count);
export const placesOf = (kinds: readonly Kind[]): number[] => kinds.map((kind) => KINDS.indexOf(kind));
export const oneOf = <Item>(items: readonly Item[], random: () => number): Item =>
  items[Math.floor(random() * items.length)];

/** What a caption calls a thing: both of its names. */
export const namesOf = (kind: number): readonly string[] =>
  kind < KINDS.length ? NAMES[KINDS[kind]] : [SIGN_WORDS[kind - KINDS.length]];

type Order = { verb: Verb; direction: Direction };
const ALL: readonly Order[] = [
  { verb: 'take', direction: 'none' },
  ...(['push', 'carry'] as const).flatMap((verb) => (['left', 'right', 'up', 'down'] as const).map((direction) => ({ verb, direction }))), // prettier-ignore
];
/** Both parts are shown, and never together. */
const UNSEEN: readonly Order[] = [
  { verb: 'push', direction: 'down' },
  { verb: 'carry', direction: 'left' },
];
const isUnseen = (order: Order): boolean =>
  UNSEEN.some((each) => each.verb === order.verb && each.direction === order.direction);
const SHOWN = ALL.filter((order) => !isUnseen(order));

export function demonstration(drawer: Drawer, random: () => number, scene = false): Example {
  const things = someOf(placesOf(HANDLED), 4, random);
  const order = scene ? oneOf(SHOWN.slice(1), random) : oneOf(SHOWN, random);
  const { verb, direction } = order;
  const noun = NAMES[KINDS[things[0]]][0];
  const words = [oneOf(SAID[verb], random), 'the', noun, ...toward(direction, scene, random() < 0.5)];
  return exampleOf(drawer.table(things, random), things[0], words, order);
}

const toward = (direction: Direction, scene: boolean, long: boolean): string[] =>
  direction === 'none' ? [] : scene ? ['to', 'the', landmarkOf(direction)] : long ? ['to', 'the', direction] : [direction]; // prettier-ignore

function exampleOf(table: Table, thing: number, words: readonly string[], order: Order): Example {
  return { table, words, action: { ...order, cell: table.things.indexOf(thing) } };
}

/** An instruction in an order of words that no demonstration has, on a table that none has. */
export function instruction(asked: Asked, drawer: Drawer, random: () => number): Example {
  const kinds = { known: HANDLED, synonym: HANDLED, weights: SEEN, captions: NEW, composition: HANDLED, 'never shown': HANDLED }[asked]; // prettier-ignore
  const thing = oneOf(placesOf(kinds), random);
  const others = placesOf(KINDS).filter((kind) => kind !== thing);
  const order = asked === 'composition' ? oneOf(UNSEEN, random) : asked === 'never shown' ? { verb: 'turn' as const, direction: 'none' as const } : oneOf(SHOWN, random); // prettier-ignore
  const noun = NAMES[KINDS[thing]][asked === 'synonym' ? 1 : 0];
  const core = [oneOf(SAID[order.verb], random), 'the', noun, ...toward(order.direction, false, random() < 0.5)];
  const words = oneOf([['please', ...core], ['robot', ...core], ['now', ...core]], random); // prettier-ignore
  return exampleOf(drawer.table([thing, ...someOf(others, 3, random)], random), thing, words, order);
}

/** The same in the new scene, with a landmark for the direction. */
export function sceneInstruction(drawer: Drawer, random: () => number): Example {
  return demonstration(drawer, random, true);
}

export interface Row {
  words: readonly string[];
  patches: Float32Array;
  /** [LENGTH]; null where nothing is taught of it. */
  tokens: readonly (number | null)[];
  /** Words of the caption; null for a row without one. */
  caption: readonly string[] | null;
}

export const demonstrated = ({ table, words, action }: Example): Row => ({
  words,
  patches: table.patches,
  tokens: tokensOf(action),
  caption: null,
});

/** Chance that one of the two is not heard. */
const UNHEARD = 0.45;

/**
 * A demonstration's sentence of which the verb, or what follows the noun, is not heard; then that part of the action is not
 * asked for. So each token is learned from the words that say it.
 */
export function heardInPart({ words, tokens, ...row }: Row, random: () => number): Row {
  const chance = random();
  if (chance < UNHEARD) return { ...row, words: ['', ...words.slice(1)], tokens: [null, ...tokens.slice(1)] };
  if (chance < 2 * UNHEARD) return { ...row, words: words.slice(0, 3), tokens: [...tokens.slice(0, 2), null] };
  return { ...row, words, tokens };
}

/** Words for a table, without an action and without a place. */
export function captioned(table: Table, caption: readonly string[]): Row {
  return { words: [], patches: table.patches, tokens: [null, null, null], caption };
}

export const captionOf = (table: Table): string[] =>
  [...table.things].filter((kind) => kind >= 0).flatMap((kind) => namesOf(kind));
