/**
 * A small Transformer that reads words and patches and writes action tokens, on jax-js arrays (see shared/train.ts for who
 * uses up what). Patches and words are rows of one space: a caption is learned by how near its words are to some patch, and
 * the token that says where is chosen among the patches, by how near each is to some word; what to do, and to which side, the Transformer reads from all.
 */
import { jit, nn, numpy as np } from '@jax-js/jax';
import { exp } from '../../shared/elementary';
import { block, blockWeights, embed, layerNorm, scaled } from '../shared/layers';
import { tensor, type Initial, type Tensor, type Tensors } from '../shared/train';
import { CELLS, LENGTH, STARTS, TOKENS } from './actions';
import { PATCH_PIXELS } from './things';
import { EMPTY, FIRST_NOUN, SIGN_WORDS, VOCABULARY, WORDS, type Row } from './world';

export const WIDTH = 48;
const SEEING = 96;
const INNER = 96;
const LAYERS = 2;
const HEADS = 2;
/** Rows of a batch; the first ACTED of them are told something and act, the others are pictures with captions only. */
export const ROWS = 32;
export const ACTED = 20;
/** Different patches of a row: the empty one, then up to seven things; a multiple of four, which sums are fast over. */
const LOOKS = 8;
const SPEAKING = WORDS + CELLS + LENGTH;
/** Words, patches, slots of the action, and a place that nobody sees: over a multiple of four attention is five times as fast. */
export const PLACES = Math.ceil(SPEAKING / 4) * 4;
/** Of the tokens, those that are not a place. */
const SPOKEN = TOKENS - CELLS;
/** A word is held so many times smaller, so that Adam's steps move it as much further: most words are read seldom. */
const QUICK = 8;
/** How likely a word names a thing before anything is learned: e to this against one. */
const NAMES = 2;
/** A caption's loss, and that of the words that were heard, against those of the actions. */
const CAPTIONS = 1;
const HEARD = 0.5;

/** `words`: how many are known; pretraining knows more than are kept. */
export function initial(words = VOCABULARY.length): Record<string, Initial> {
  const all: Record<string, Initial> = {
    words: { shape: [words, WIDTH], scale: 0.5 / QUICK },
    order: { shape: [WORDS, WIDTH], scale: 0.05 },
    see: scaled(PATCH_PIXELS, SEEING, 4),
    seeBias: { shape: [SEEING], scale: 0 },
    seen: scaled(SEEING, WIDTH, 2),
    seenGain: { shape: [WIDTH], scale: 'ones' },
    cells: { shape: [CELLS, WIDTH], scale: 0.2 },
    slots: { shape: [LENGTH, WIDTH], scale: 0.5 },
    gain: { shape: [WIDTH], scale: 'ones' },
    out: scaled(WIDTH, SPOKEN),
    gate: { shape: [WIDTH, 1], scale: 0.1 },
    // Of a caption: one thing has to speak louder than thirty empty patches.
    sharp: { shape: [1], scale: 0, values: Float32Array.of(2) },
  };
  for (let layer = 0; layer < LAYERS; layer++) Object.assign(all, blockWeights(layer, WIDTH, INNER));
  return all;
}

/** looks [rows][LOOKS][PATCH_PIXELS] → [rows][LOOKS][WIDTH], in the words' space. */
function seenOf({ see, seeBias, seen, seenGain }: Tensors, looks: Tensor): Tensor {
  return layerNorm(np.matmul(nn.relu(np.matmul(looks, see).add(seeBias)), seen), seenGain);
}

/** Of words only the direction says what they are near: a word that nobody has read is small, and turns soon. */
const directed = (words: Tensor): Tensor => layerNorm(words, np.ones([WIDTH]), 1e-6);

/**
 * words [rows][WORDS] int32, seen [rows][LOOKS][WIDTH], where [rows][CELLS][LOOKS] → logits [rows][LENGTH][TOKENS]. Any word
 * may point at any patch (late interaction, as in FILIP). `maps` gets each layer's attention, and last how near words are to
 * patches, e to the power of their score, [rows][CELLS][WORDS].
 */
function actionLogits(
  weights: Tensors,
  words: Tensor,
  seen: Tensor,
  where: Tensor,
  { maps, slotsOf }: { maps?: Tensor[]; slotsOf?: Tensor[] } = {},
): Tensor {
  const { order, cells, slots, gain, out, gate, sharp } = weights;
  const [rows] = words.shape;
  const asked = np.zeros([rows, LENGTH, WIDTH]).add(slots);
  const said = embed(words, weights.words).mul(QUICK);
  const nobody = np.zeros([rows, PLACES - SPEAKING, WIDTH]);
  let x = np.concatenate([said.ref.add(order), np.matmul(where.ref, seen.ref).add(cells), asked, nobody], 1);
  for (let layer = 0; layer < LAYERS; layer++) x = block(x, weights, layer, HEADS, { mask: unseen(), maps });
  const [before, answered, behind] = np.split(layerNorm(x, gain), [WORDS + CELLS, SPEAKING], 1);
  before.dispose();
  behind.dispose();
  slotsOf?.push(answered.ref);
  const [verbs, directions] = np.split(np.matmul(answered, out), [STARTS[1]], 2);
  // Whether a word names a thing at all: words that weights have not read may.
  const names = softplus(np.matmul(said.ref, gate).add(NAMES).mul(-1)).transpose([0, 2, 1]);
  const scores = scoresOf(seen, directed(said).transpose([0, 2, 1]), sharp).sub(names);
  const near = np.exp(np.minimum(scores, 30));
  maps?.push(np.matmul(where.ref, near.ref));
  const pointed = np.matmul(where, np.log(np.sum(near, 2)).reshape([rows, LOOKS, 1])).reshape([rows, 1, CELLS]);
  return np.concatenate([verbs, pointed.add(np.zeros([rows, LENGTH, CELLS])), directions], 2);
}

/** [1][PLACES]: so low for a place that nobody sees that the softmax makes it 0. */
function unseen(): Tensor {
  return tensor(new Float32Array(PLACES).fill(-1e9, SPEAKING), [1, PLACES]);
}

/** How near patches are to words ([WIDTH][words], or [rows][WIDTH][words]): [rows][LOOKS][words]. */
const scoresOf = (seen: Tensor, words: Tensor, sharp: Tensor): Tensor =>
  np
    .matmul(seen, words)
    .mul(sharp)
    .mul(1 / Math.sqrt(WIDTH));

const softplus = (x: Tensor): Tensor => np.maximum(x.ref, 0).add(np.log(np.exp(np.abs(x).mul(-1)).add(1)));

/** Mean loss of actions, where one is taught, and of captions, in nats. */
export function loss(weights: Tensors, batch: Tensors): Tensor {
  const seen = seenOf(weights, batch.looks);
  const scores = scoresOf(seen.ref, directed(weights.words.ref.mul(QUICK)).transpose([1, 0]), weights.sharp.ref);
  const { bare, nouns, named, picture, silent } = batch;
  // How near a noun is to its nearest patch with anything in it, softly: [ROWS][nouns]. Were empty patches among them, a word
  // that once is near them would stay there.
  const near = np.log(np.sum(np.exp(np.minimum(scores, 30).add(bare)), 1));
  // A picture says which nouns its caption has, and a noun which pictures are called so: both ways, as in CLIP.
  const naming = np.sum(nn.logSoftmax(near.ref.add(nouns), -1).mul(named)).mul(-1 / ROWS);
  const finding = np.sum(nn.logSoftmax(near.add(silent), 0).mul(picture)).mul(-1);
  const [told, rest] = np.split(seen, [ACTED], 0);
  rest.dispose();
  const slotsOf: Tensor[] = [];
  const known = weights.words.ref.mul(QUICK / Math.sqrt(WIDTH)).transpose([1, 0]);
  const logits = actionLogits(weights, batch.words, told, batch.where, { slotsOf });
  // Each slot also says which words were said: so it reads words before it knows an action.
  const heard = np.sum(nn.logSoftmax(np.matmul(slotsOf[0], known), -1).mul(batch.said)).mul(-1 / (ACTED * LENGTH));
  const acted = np.sum(maskedLog(logits, batch.groups).mul(batch.tokens)).mul(-1 / ACTED);
  return acted.add(naming.add(finding).mul(CAPTIONS)).add(heard.mul(HEARD));
}

/** Log-softmax within each slot's own group of tokens. */
const maskedLog = (logits: Tensor, groups: Tensor): Tensor => nn.logSoftmax(logits.add(groups), -1);

/** [1][LENGTH][TOKENS]: 0 for the slot's own tokens. */
function groups(): Tensor {
  const values = new Float32Array(LENGTH * TOKENS).fill(-1e4);
  for (let slot = 0; slot < LENGTH; slot++) values.fill(0, slot * TOKENS + STARTS[slot], slot * TOKENS + STARTS[slot + 1]); // prettier-ignore
  return tensor(values, [1, LENGTH, TOKENS]);
}

export interface Senses {
  /** Patches are all empty. */
  blind?: boolean;
  /** Words are all empty. */
  deaf?: boolean;
}

const PLACE = new Map([...VOCABULARY, ...SIGN_WORDS].map((word, at) => [word, at]));

function wordsOf(rows: readonly Row[], count: number, { deaf }: Senses): Tensor {
  const words = new Int32Array(count * WORDS).fill(EMPTY);
  if (!deaf) rows.forEach((row, at) => row.words.forEach((word, place) => (words[at * WORDS + place] = PLACE.get(word) ?? EMPTY))); // prettier-ignore
  return tensor(words, [count, WORDS]);
}

/** [ACTED][1][size]: words that are said share 1 between them. */
function saidOf(rows: readonly Row[], size: number, { deaf }: Senses): Tensor {
  const said = new Float32Array(ACTED * size);
  rows.slice(0, ACTED).forEach(({ words }, at) => {
    const heard = deaf ? [] : [...new Set(words)].filter((word) => word !== '');
    for (const word of heard) said[at * size + PLACE.get(word)!] = 1 / heard.length;
  });
  return tensor(said, [ACTED, 1, size]);
}

/**
 * Empty patches are alike: each row has LOOKS patches, the first of them empty. looks [ROWS][LOOKS][PATCH_PIXELS]; where
 * [acting][CELLS][LOOKS], 1 at each cell's; bare [ROWS][LOOKS][1], so low where nothing is that the softmax makes it 0.
 */
function looksOf(
  rows: readonly Row[],
  acting: number,
  { blind }: Senses,
): { looks: Tensor; where: Tensor; bare: Tensor } {
  const looks = new Float32Array(ROWS * LOOKS * PATCH_PIXELS);
  const where = new Float32Array(acting * CELLS * LOOKS);
  const bare = new Float32Array(ROWS * LOOKS).fill(-60);
  for (let row = 0; row < ROWS; row++) {
    const patches = rows[row]?.patches;
    let last = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      const patch = patches?.subarray(cell * PATCH_PIXELS, (cell + 1) * PATCH_PIXELS);
      const isEmpty = blind || !patch?.some((pixel) => pixel > 0);
      const look = isEmpty ? 0 : ++last;
      if (!isEmpty) {
        looks.set(patch!, (row * LOOKS + look) * PATCH_PIXELS);
        bare[row * LOOKS + look] = 0;
      }
      if (row < acting) where[(row * CELLS + cell) * LOOKS + look] = 1;
    }
  }
  return {
    looks: tensor(looks, [ROWS, LOOKS, PATCH_PIXELS]),
    where: tensor(where, [acting, CELLS, LOOKS]),
    bare: tensor(bare, [ROWS, LOOKS, 1]),
  };
}

/**
 * Of ACTED rows that act, then others. `nouns`: words that captions can name here (places in a vocabulary of `size`); of
 * others a caption teaches nothing.
 */
export function batchOf(
  rows: readonly Row[],
  nouns: ReadonlySet<number>,
  senses: Senses = {},
  size = VOCABULARY.length,
): Tensors {
  const tokens = new Float32Array(ACTED * LENGTH * TOKENS);
  const [named, picture] = [new Float32Array(ROWS * size), new Float32Array(ROWS * size)];
  const called = new Map<number, number[]>();
  rows.forEach((row, at) => {
    row.tokens.forEach((token, slot) => {
      if (token !== null) tokens[(at * LENGTH + slot) * TOKENS + token] = 1;
    });
    for (const word of row.caption ?? []) {
      const place = PLACE.get(word)!;
      named[at * size + place] = 1 / row.caption!.length;
      called.set(place, [...(called.get(place) ?? []), at]);
    }
  });
  for (const [place, all] of called) for (const at of all) picture[at * size + place] = 1 / (all.length * called.size);
  return {
    words: wordsOf(rows.slice(0, ACTED), ACTED, senses),
    ...looksOf(rows, ACTED, senses),
    said: saidOf(rows, size, senses),
    groups: groups(),
    tokens: tensor(tokens, [ACTED, LENGTH, TOKENS]),
    named: tensor(named, [ROWS, size]),
    picture: tensor(picture, [ROWS, size]),
    silent: tensor(
      Float32Array.from({ length: ROWS }, (_, at) => (rows[at]?.caption ? 0 : -1e4)),
      [ROWS, 1],
    ),
    nouns: tensor(
      Float32Array.from({ length: size }, (_, at) => (nouns.has(at) ? 0 : -1e4)),
      [size],
    ),
  };
}

export const nounsOf = (words: readonly string[]): Set<number> =>
  new Set(words.map((word) => PLACE.get(word)!).filter((place) => place >= FIRST_NOUN));

const forward = jit((weights: Tensors, words: Tensor, looks: Tensor, where: Tensor, group: Tensor) => {
  const maps: Tensor[] = [];
  const seen = seenOf(weights, looks);
  return [maskedLog(actionLogits(weights, words, seen, where, { maps }), group), ...maps];
}) as unknown as (weights: Tensors, words: Tensor, looks: Tensor, where: Tensor, group: Tensor) => Tensor[];

export interface Answered {
  /** [LENGTH] */
  tokens: number[];
  /** [CELLS], sums to 1: where the token that says where may be. */
  pointed: number[];
  /** [WORDS][CELLS], sums to 1: which word points where. */
  near: number[][];
  /** [LAYERS][HEADS] of [PLACES][PLACES] */
  maps: Float32Array[][];
}

/** At most ROWS at once. Uses the weights up; maps of the first `looked` rows. */
export async function answers(
  weights: Tensors,
  rows: readonly Row[],
  senses: Senses = {},
  looked = 0,
): Promise<Answered[]> {
  const { looks, where, bare } = looksOf(rows, ROWS, senses);
  bare.dispose();
  const [logits, ...maps] = forward(weights, wordsOf(rows, ROWS, senses), looks, where, groups());
  const values = (await logits.data()) as Float32Array;
  const seen = await Promise.all(maps.map(async (map) => (await map.data()) as Float32Array));
  const read = seen.pop()!;
  const size = PLACES ** 2;
  return rows.map((_, at) => {
    const of = (slot: number): Float32Array => values.subarray((at * LENGTH + slot) * TOKENS + STARTS[slot], (at * LENGTH + slot) * TOKENS + STARTS[slot + 1]); // prettier-ignore
    return {
      tokens: Array.from({ length: LENGTH }, (_, slot) => STARTS[slot] + of(slot).indexOf(Math.max(...of(slot)))),
      pointed: Array.from(of(1), exp),
      near: sharesOf(read.subarray(at * WORDS * CELLS, (at + 1) * WORDS * CELLS)),
      maps: at >= looked ? [] : seen.map((layer) => Array.from({ length: HEADS }, (_, head) => layer.slice((at * HEADS + head) * size, (at * HEADS + head + 1) * size))), // prettier-ignore
    };
  });
}

/** [CELLS × WORDS] → [WORDS][CELLS], sums to 1 */
function sharesOf(near: Float32Array): number[][] {
  const sum = near.reduce((all, each) => all + each, 0);
  return Array.from({ length: WORDS }, (_, word) => Array.from({ length: CELLS }, (_each, cell) => near[cell * WORDS + word] / sum)); // prettier-ignore
}
