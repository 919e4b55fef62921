/** What the finished net of patches makes of one drawing, in plain loops, with every attention map; and the roll-out. */
import { KINDS } from '../../shared/drawings';
import { softmax } from '../../shared/softmax';
import { PATCHES } from './options';
import { HEADS, INNER, LAYERS, patchesOf, WIDTH } from './shape';

/** By name, as nets.ts has them. */
export type Values = Record<string, Float32Array>;

export interface Look {
  /** [KINDS], sums to 1. */
  shares: number[];
  /** [LAYERS][HEADS] of [PATCHES][PATCHES]: how much of each row's attention goes to each column. */
  maps: Float64Array[][];
}

/** pixels [SIZE][SIZE] */
export function look(values: Values, pixels: Float32Array): Look {
  const columns = values.patch.length / WIDTH;
  let x = product(patchesOf(pixels, columns), values.patch, columns);
  if (values.places) x = x.map((value, at) => value + values.places[at]);
  const maps: Float64Array[][] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const of = (name: string): Float32Array => values[`${name}${layer}`];
    const qkv = product(normal(x, of('attentionGain')), of('qkv'), WIDTH);
    const { mixed, heads } = attend(qkv);
    maps.push(heads);
    x = sum(x, product(mixed, of('mix'), WIDTH));
    const inner = product(normal(x, of('innerGain')), of('up'), WIDTH).map((value) => Math.max(0, value));
    x = sum(x, product(inner, of('down'), INNER));
  }
  const seen = normal(x, values.gain);
  const mean = new Float64Array(WIDTH);
  for (let at = 0; at < seen.length; at++) mean[at % WIDTH] += seen[at] / PATCHES;
  const out = product(mean, values.out, WIDTH).map((value, kind) => value + values.outBias[kind]);
  return { shares: [...softmax(out)], maps };
}

/** x [rows][inner] · w [inner][columns] */
function product(x: ArrayLike<number>, w: Float32Array, inner: number): Float64Array {
  const [rows, columns] = [x.length / inner, w.length / inner];
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      const value = x[row * inner + i];
      if (value === 0) continue;
      for (let column = 0; column < columns; column++) out[row * columns + column] += value * w[i * columns + column];
    }
  }
  return out;
}

const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, at) => value + b[at]);

function normal(x: Float64Array, gain: Float32Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += WIDTH) {
    let [mean, variance] = [0, 0];
    for (let i = 0; i < WIDTH; i++) mean += x[row + i] / WIDTH;
    for (let i = 0; i < WIDTH; i++) variance += (x[row + i] - mean) ** 2 / WIDTH;
    for (let i = 0; i < WIDTH; i++) out[row + i] = ((x[row + i] - mean) / Math.sqrt(variance + 1e-5)) * gain[i];
  }
  return out;
}

/** qkv [PATCHES][3][HEADS][WIDTH / HEADS] */
function attend(qkv: Float64Array): { mixed: Float64Array; heads: Float64Array[] } {
  const size = WIDTH / HEADS;
  const mixed = new Float64Array(PATCHES * WIDTH);
  const heads = Array.from({ length: HEADS }, (_, head) => {
    const at = (patch: number, part: number): number => patch * 3 * WIDTH + part * WIDTH + head * size;
    const map = new Float64Array(PATCHES ** 2);
    for (let query = 0; query < PATCHES; query++) {
      const row = map.subarray(query * PATCHES, (query + 1) * PATCHES);
      for (let key = 0; key < PATCHES; key++) {
        for (let i = 0; i < size; i++) row[key] += qkv[at(query, 0) + i] * qkv[at(key, 1) + i];
        row[key] /= Math.sqrt(size);
      }
      softmax(row);
      for (let key = 0; key < PATCHES; key++) {
        for (let i = 0; i < size; i++) mixed[query * WIDTH + head * size + i] += row[key] * qkv[at(key, 2) + i];
      }
    }
    return map;
  });
  return { mixed, heads };
}

/**
 * How much of each patch is in the mean that is named from: attention of the layers multiplied, half of each kept for the
 * stream that passes it by (Abnar & Zuidema 2020). [PATCHES], sums to 1.
 */
export function rollout(maps: readonly (readonly Float64Array[])[]): number[] {
  let parts = new Array<number>(PATCHES).fill(1 / PATCHES);
  for (const heads of [...maps].reverse()) {
    const before = new Array<number>(PATCHES).fill(0);
    for (let row = 0; row < PATCHES; row++) {
      before[row] += parts[row] / 2;
      for (const map of heads) {
        for (let key = 0; key < PATCHES; key++) {
          before[key] += (parts[row] * map[row * PATCHES + key]) / (2 * heads.length);
        }
      }
    }
    parts = before;
  }
  return parts;
}

/** The place in KINDS that is named. */
export const named = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares.slice(0, KINDS.length)));
