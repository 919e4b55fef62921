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
import { EMPTY, FIRST_NOUN, VOCABULARY, WORDS, type Row } from './world';

export const WIDTH = 48;
const SEEING = 96;
const INNER = 96;
const LAYERS = 2;
const HEADS = 2;
/** Rows of a batch; the first ACTED of them are told something and act, the others are pictures with captions only. */
export const ROWS = 32;
export const ACTED = 20;
/** Words, patches, slots of the action. */
export const PLACES = WORDS + CELLS + LENGTH;
/** Of the tokens, those that are not a place. */
const SPOKEN = TOKENS - CELLS;
/** A word is held so many times smaller, so that Adam's steps move it as much further: most words are read seldom. */
const QUICK = 8;
/** How likely a word names a thing before anything is learned: e to this against one. */
const NAMES = 2;
/** A caption's loss against those of the actions. */
const CAPTIONS = 1;

export function initial(): Record<string, Initial> {
  const all: Record<string, Initial> = {
    words: { shape: [VOCABULARY.length, WIDTH], scale: 0.5 / QUICK },
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
    sharp: { shape: [1], scale: 0, values: Float32Array.of(3) },
  };
  for (let layer = 0; layer < LAYERS; layer++) Object.assign(all, blockWeights(layer, WIDTH, INNER));
  return all;
}

/** patches [rows][CELLS][PATCH_PIXELS] → [rows][CELLS][WIDTH], in the words' space. */
function seenOf({ see, seeBias, seen, seenGain }: Tensors, patches: Tensor): Tensor {
  return layerNorm(np.matmul(nn.relu(np.matmul(patches, see).add(seeBias)), seen), seenGain);
}

/**
 * words [rows][WORDS] int32, seen [rows][CELLS][WIDTH] → logits [rows][LENGTH][TOKENS]. Any word may point at any patch (late
 * interaction, as in FILIP). `maps` gets each layer's attention, and last how near words are to patches, e to the power of
 * their score, [rows][CELLS][WORDS].
 */
function actionLogits(weights: Tensors, words: Tensor, seen: Tensor, maps?: Tensor[]): Tensor {
  const { order, cells, slots, gain, out, gate, sharp } = weights;
  const [rows] = words.shape;
  const asked = np.zeros([rows, LENGTH, WIDTH]).add(slots);
  const said = embed(words, weights.words).mul(QUICK);
  let x = np.concatenate([said.ref.add(order), seen.ref.add(cells), asked], 1);
  for (let layer = 0; layer < LAYERS; layer++) x = block(x, weights, layer, HEADS, maps);
  const [before, answered] = np.split(layerNorm(x, gain), [WORDS + CELLS], 1);
  before.dispose();
  const [verbs, directions] = np.split(np.matmul(answered, out), [STARTS[1]], 2);
  // Whether a word names a thing at all: words that weights have not read may.
  const names = softplus(np.matmul(said.ref, gate).add(NAMES).mul(-1)).transpose([0, 2, 1]);
  const scores = scoresOf(seen, said.transpose([0, 2, 1]), sharp).sub(names);
  const near = np.exp(np.minimum(scores, 30));
  maps?.push(near.ref);
  const pointed = np
    .log(np.sum(near, 2))
    .reshape([rows, 1, CELLS])
    .add(np.zeros([rows, LENGTH, CELLS]));
  return np.concatenate([verbs, pointed, directions], 2);
}

/** How near patches are to words ([WIDTH][words], or [rows][WIDTH][words]): [rows][CELLS][words]. */
const scoresOf = (seen: Tensor, words: Tensor, sharp: Tensor): Tensor =>
  np
    .matmul(seen, words)
    .mul(sharp)
    .mul(1 / Math.sqrt(WIDTH));

const softplus = (x: Tensor): Tensor => np.maximum(x.ref, 0).add(np.log(np.exp(np.abs(x).mul(-1)).add(1)));

/** Mean loss of actions, where one is taught, and of captions' words, in nats. */
export function loss(weights: Tensors, batch: Tensors): Tensor {
  const seen = seenOf(weights, batch.patches);
  const scores = scoresOf(seen.ref, weights.words.ref.mul(QUICK).transpose([1, 0]), weights.sharp.ref);
  // A noun is as likely as its nearest patch says, softly, above the mean: a word that is often said is not near everything.
  const above = np.minimum(scores.ref.sub(np.mean(scores, 1, { keepdims: true })), 30);
  const near = np.log(np.sum(np.exp(above), 1)).add(batch.nouns);
  const captioned = np.sum(nn.logSoftmax(near, -1).mul(batch.named)).mul(-1 / ROWS);
  const [told, rest] = np.split(seen, [ACTED], 0);
  rest.dispose();
  const logits = actionLogits(weights, batch.words, told);
  const acted = np.sum(maskedLog(logits, batch.groups).mul(batch.tokens)).mul(-1 / ACTED);
  return acted.add(captioned.mul(CAPTIONS));
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

const PLACE = new Map(VOCABULARY.map((word, at) => [word, at]));

function wordsOf(rows: readonly Row[], count: number, { deaf }: Senses): Tensor {
  const words = new Int32Array(count * WORDS).fill(EMPTY);
  if (!deaf) rows.forEach((row, at) => row.words.forEach((word, place) => (words[at * WORDS + place] = PLACE.get(word) ?? EMPTY))); // prettier-ignore
  return tensor(words, [count, WORDS]);
}

function patchesOf(rows: readonly Row[], { blind }: Senses): Tensor {
  const patches = new Float32Array(ROWS * CELLS * PATCH_PIXELS);
  if (!blind) rows.forEach((row, at) => patches.set(row.patches, at * CELLS * PATCH_PIXELS));
  return tensor(patches, [ROWS, CELLS, PATCH_PIXELS]);
}

/**
 * Of ACTED rows that act, then others. `nouns`: words that captions can name here (places in VOCABULARY); of others a caption
 * teaches nothing.
 */
export function batchOf(rows: readonly Row[], nouns: ReadonlySet<number>, senses: Senses = {}): Tensors {
  const tokens = new Float32Array(ACTED * LENGTH * TOKENS);
  const named = new Float32Array(ROWS * VOCABULARY.length);
  rows.forEach((row, at) => {
    row.tokens.forEach((token, slot) => {
      if (token !== null) tokens[(at * LENGTH + slot) * TOKENS + token] = 1;
    });
    for (const word of row.caption ?? []) named[at * VOCABULARY.length + PLACE.get(word)!] = 1 / row.caption!.length;
  });
  return {
    words: wordsOf(rows.slice(0, ACTED), ACTED, senses),
    patches: patchesOf(rows, senses),
    groups: groups(),
    tokens: tensor(tokens, [ACTED, LENGTH, TOKENS]),
    named: tensor(named, [ROWS, VOCABULARY.length]),
    nouns: tensor(
      Float32Array.from(VOCABULARY, (_, at) => (nouns.has(at) ? 0 : -1e4)),
      [VOCABULARY.length],
    ),
  };
}

export const nounsOf = (words: readonly string[]): Set<number> =>
  new Set(words.map((word) => PLACE.get(word)!).filter((place) => place >= FIRST_NOUN));

const forward = jit((weights: Tensors, words: Tensor, patches: Tensor, group: Tensor) => {
  const maps: Tensor[] = [];
  const seen = seenOf(weights, patches);
  return [maskedLog(actionLogits(weights, words, seen, maps), group), ...maps];
}) as unknown as (weights: Tensors, words: Tensor, patches: Tensor, group: Tensor) => Tensor[];

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
  const [logits, ...maps] = forward(weights, wordsOf(rows, ROWS, senses), patchesOf(rows, senses), groups());
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
