/**
 * Small drawings in many hands, the same for a seed on every machine: learning material without labels, which the tests
 * of a net know all the same. None is taken from a person's drawing.
 */
import { cos, sin } from '../elementary';
import { seededRandom } from '../random';
import { chanceFrom, type Chance } from './chance';
import { KINDS, strokesOf, type Kind } from './kinds';
import { PIXELS, rasterize, ROOM } from './raster';
import type { Stroke } from './strokes';

export { KINDS, type Kind } from './kinds';
export { sheetOf } from './picture';
export { movedPixels, PIXELS, rasterize, rasterizeInPlace, SIZE } from './raster';
export type { Point, Stroke } from './strokes';

/** How much hands differ: 1 as declared here. */
export interface Hands {
  /** Largest turn to either side, in turns. */
  rotation: number;
  /** Of the sheet's half width: how far a line strays. */
  wobble: number;
  /** Of the room on the sheet that the longer side takes, at least and at most. */
  scale: readonly [number, number];
  /** Of the room that is left, how much a drawing may go to either side of the middle: 1 takes it to the edge. */
  roam: number;
}
export const USUAL: Hands = { rotation: 0.04, wobble: 0.05, scale: [0.88, 1.04], roam: 0 };
/** Of any size, anywhere on the sheet. */
export const ANYWHERE: Hands = { ...USUAL, scale: [0.55, 1], roam: 1 };

export interface Drawings {
  /** [drawings][SIZE][SIZE] */
  pixels: Float32Array<ArrayBuffer>;
  /** [drawings], places in KINDS; only for measuring where nothing is taught. */
  kinds: Uint8Array;
}

/** A drawing of one kind by a hand that chance makes up: [SIZE][SIZE], 0 … 1. */
export function drawing(kind: Kind, random: () => number, hands: Hands = USUAL): Float32Array {
  const chance = chanceFrom(random);
  return byHand(strokesOf(kind, chance), chance, hands);
}

/** The same from a number. */
export function drawingOf(kind: Kind, seed: number): Float32Array {
  return drawing(kind, seededRandom(seed));
}

/** As many drawings; kinds in turn, so that each has its share. */
export function drawings(count: number, seed: number, hands: Hands = USUAL): Drawings {
  const random = seededRandom(seed);
  const pixels = new Float32Array(count * PIXELS);
  const kinds = Uint8Array.from({ length: count }, (_, at) => at % KINDS.length);
  kinds.forEach((kind, at) => pixels.set(drawing(KINDS[kind], random, hands), at * PIXELS));
  return { pixels, kinds };
}

/** A hand turns, stretches and slants the whole, and no line comes out straight: [SIZE][SIZE], 0 … 1. */
export function byHand(strokes: readonly Stroke[], { between, yes }: Chance, hands: Hands): Float32Array {
  const { rotation, wobble } = hands;
  const turn = 2 * Math.PI * between(-rotation, rotation);
  const [across, upright] = [sin(turn), cos(turn)];
  const [wide, tall, slant] = [between(0.85, 1.15), between(0.85, 1.15), between(-0.12, 0.12)];
  const drawn = strokes
    // A hasty hand leaves small things out.
    .filter((stroke) => !(yes(0.06) && isSmall(stroke)))
    .map((stroke) => {
      const [dx, dy] = [between(-wobble, wobble), between(-wobble, wobble)];
      const phase = [between(0, 2 * Math.PI), between(0, 2 * Math.PI)];
      const waves = between(1.5, 3.5);
      return finer(stroke).map(([x, y]): [number, number] => {
        const strayX = x + dx + wobble * 0.7 * sin(waves * y * 2 + phase[0]);
        const strayY = y + dy + wobble * 0.7 * sin(waves * x * 2 + phase[1]);
        const [sx, sy] = [strayX * wide + slant * strayY, strayY * tall];
        return [upright * sx - across * sy, across * sx + upright * sy];
      });
    });
  const scale = between(...hands.scale);
  const far = 1 + hands.roam * Math.max(0, 1 - scale) * ROOM;
  return rasterize(drawn, {
    scale,
    shift: [between(-far, far), between(-far, far)],
    pen: between(0.45, 1),
  });
}

/** Points close enough together that a straight line can be bent. */
function finer(stroke: Stroke): Stroke {
  return stroke.flatMap((point, at) => {
    const next = stroke[at + 1];
    if (!next) return [point];
    const [dx, dy] = [next[0] - point[0], next[1] - point[1]];
    const parts = Math.ceil(Math.sqrt(dx * dx + dy * dy) / 0.25);
    return Array.from({ length: parts }, (_, part): [number, number] => [
      point[0] + ((next[0] - point[0]) * part) / parts,
      point[1] + ((next[1] - point[1]) * part) / parts,
    ]);
  });
}

function isSmall(stroke: Stroke): boolean {
  const spread = (of: 0 | 1): number => Math.max(...stroke.map((p) => p[of])) - Math.min(...stroke.map((p) => p[of]));
  return Math.max(spread(0), spread(1)) < 0.5;
}
