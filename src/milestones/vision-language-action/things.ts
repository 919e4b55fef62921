/** What lies on the table: kinds of things, what they are called, and how they are drawn in many hands. */
import { byHand, SIZE } from '../../shared/drawings';
import { chanceFrom, type Chance } from '../../shared/drawings/chance';
import { strokesOf } from '../../shared/drawings/kinds';
import { arc, box, curve, type Point, type Stroke } from '../../shared/drawings/strokes';
import { cos, sin } from '../../shared/elementary';
import { KINDS, PATCH, type Kind } from './options';
import { signStrokes } from './signs';

export { HANDLED, KINDS, NEW, PATCH, SEEN, type Kind } from './options';

/** Each kind's usual word, which demonstrations say, and the one that only captions say. */
export const NAMES: Record<Kind, readonly [usual: string, other: string]> = {
  cat: ['cat', 'kitty'],
  face: ['face', 'portrait'],
  train: ['train', 'engine'],
  house: ['house', 'cottage'],
  cup: ['cup', 'mug'],
  ball: ['ball', 'sphere'],
  star: ['star', 'pentagram'],
  tree: ['tree', 'conifer'],
  fish: ['fish', 'carp'],
  key: ['key', 'latchkey'],
  umbrella: ['umbrella', 'parasol'],
  ladder: ['ladder', 'stepladder'],
};

/** A multiple of four, which the products are fast for. */
export const PATCH_PIXELS = PATCH ** 2;

function strokes(kind: Kind, chance: Chance): Stroke[] {
  const { between } = chance;
  switch (kind) {
    case 'cat':
    case 'face':
    case 'train':
    case 'house':
      return strokesOf(kind, chance);
    case 'cup': {
      const [wide, foot] = [between(0.45, 0.6), between(0.3, 0.45)];
      return [
        [[-wide, -0.7], [-foot, 0.7], [foot, 0.7], [wide, -0.7], [-wide, -0.7]], // prettier-ignore
        arc([wide, -0.1], between(0.25, 0.4), between(0.3, 0.4), -0.25, 0.25),
      ];
    }
    case 'ball':
      return [arc([0, 0], 0.9, 0.9), curve([-0.9, 0], [0, between(0.2, 0.5)], [0.9, 0]), curve([-0.9, 0], [0, -between(0.2, 0.5)], [0.9, 0])]; // prettier-ignore
    case 'star': {
      const tip = (at: number): Point => [sin((4 * Math.PI * at) / 5), -cos((4 * Math.PI * at) / 5)];
      return [Array.from({ length: 6 }, (_, at) => tip(at))];
    }
    case 'tree': {
      const [low, trunk] = [between(0.3, 0.5), between(0.08, 0.15)];
      return [
        [[0, -1], [-0.7, low], [0.7, low], [0, -1]], // prettier-ignore
        box(-trunk, low, trunk, 1),
        [[-0.45, -0.05], [0.45, -0.05]], // prettier-ignore
      ];
    }
    case 'fish': {
      const tail = between(0.25, 0.45);
      return [arc([-0.2, 0], 0.7, between(0.3, 0.45)), [[0.5, 0], [1, -tail], [1, tail], [0.5, 0]], arc([-0.6, -0.08], 0.06, 0.06)]; // prettier-ignore
    }
    case 'key': {
      const [end, tooth] = [between(0.85, 1), between(0.2, 0.35)];
      return [
        arc([-0.6, 0], 0.38, 0.38),
        [[-0.22, 0], [end, 0], [end, tooth]], // prettier-ignore
        [[end - 0.3, 0], [end - 0.3, tooth]], // prettier-ignore
      ];
    }
    case 'umbrella':
      return [
        arc([0, 0], 0.95, between(0.7, 0.9), 0.5, 1),
        [[-0.95, 0], [0.95, 0]], // prettier-ignore
        curve([0, 0], [0, 0.8], [0.12, 0.95], [0.28, 0.8]),
      ];
    case 'ladder': {
      const wide = between(0.25, 0.4);
      const rungs = [-0.7, -0.25, 0.2, 0.65].map((y): Stroke => [[-wide, y], [wide, y]]); // prettier-ignore
      return [[[-wide, -1], [-wide, 1]], [[wide, -1], [wide, 1]], ...rungs]; // prettier-ignore
    }
  }
}

/** Pixels as bytes, 0 … 1 in steps of 1/255: [PATCH][PATCH]. `kind` beyond KINDS: a sign. */
export function drawnThing(kind: number, random: () => number): Float32Array {
  const chance = chanceFrom(random);
  const drawn = byHand(
    kind < KINDS.length ? strokes(KINDS[kind], chance) : signStrokes(kind - KINDS.length, chance),
    chance,
    { rotation: 0.03, wobble: 0.05, scale: [0.85, 1.02], roam: 0 },
  );
  return Float32Array.from({ length: PATCH_PIXELS }, (_, at) => {
    const corner = 2 * Math.floor(at / PATCH) * SIZE + 2 * (at % PATCH);
    const sum = drawn[corner] + drawn[corner + 1] + drawn[corner + SIZE] + drawn[corner + SIZE + 1];
    return Math.round((255 * sum) / 4) / 255;
  });
}
