/** The net of patches as numbers: width, weights, multiply-adds. */
import { KINDS, SIZE } from '../../shared/drawings';
import { GRID, PATCH, PATCHES, type NetSize } from './options';

/** So that weights and multiply-adds are both within 5 % of the convolutional net's. */
export const WIDTH = 28;
export const LAYERS = 2;
export const HEADS = 2;
export const INNER = 2 * WIDTH;

export const vitSize: NetSize = {
  weights:
    PATCH ** 2 * WIDTH +
    PATCHES * WIDTH +
    LAYERS * (4 * WIDTH ** 2 + 2 * WIDTH * INNER + 2 * WIDTH) +
    WIDTH +
    KINDS.length * (WIDTH + 1),
  multiplyAdds:
    PATCHES * PATCH ** 2 * WIDTH +
    LAYERS * (PATCHES * (4 * WIDTH ** 2 + 2 * WIDTH * INNER) + 2 * PATCHES ** 2 * WIDTH) +
    KINDS.length * WIDTH,
};

/** pixels [SIZE][SIZE] → [PATCHES][columns], each patch row by row, then zeros. */
export function patchesOf(
  pixels: Float32Array,
  columns: number,
  to = new Float32Array(PATCHES * columns),
  offset = 0,
): Float32Array<ArrayBuffer> {
  for (let patch = 0; patch < PATCHES; patch++) {
    const corner = Math.floor(patch / GRID) * PATCH * SIZE + (patch % GRID) * PATCH;
    for (let at = 0; at < PATCH ** 2; at++) {
      to[offset + patch * columns + at] = pixels[corner + Math.floor(at / PATCH) * SIZE + (at % PATCH)];
    }
  }
  return to;
}
