/** out[n][outputs] = activations · Wᵀ, panel by panel; which tiles do it is in tiles.mjs. */
import { claim, threadIndex } from './jobs';
import { copyFloats } from './simd';
import { rowsOf, tilesOf, unpackOf } from './tiles.generated';

/** Panels that a thread takes at a time when it reads them for few rows: enough to run a whole strip at once. */
const STRIP: usize = 16;

/**
 * w: packed panels, `stride` bytes each; a: activations as `quantize` or `interleave` laid them out, rowBytes each;
 * spare: room for n · 8 f32; scratch: `scratchBytes` per thread, one unpacked panel; unpacked: whether many rows run over
 * unpacked panels, or single ones over the packed.
 */
export function matmul(
  kind: usize, way: usize, w: usize, stride: usize, a: usize, out: usize, spare: usize, scratch: usize,
  scratchBytes: usize, n: usize, outputs: usize, blocks: usize, rowBytes: usize, unpacked: usize,
): void {
  const ldc = outputs << 2;
  const full = outputs >> 3;
  const rest = outputs & 7;
  const panels = full + (rest ? 1 : 0);
  if (!unpacked) {
    for (let from = claim() * STRIP; from < panels; from = claim() * STRIP) {
      const to = min(from + STRIP, full);
      if (to > from) rowsOf(kind, way, w, stride, a, out, n, from, to, blocks, ldc, rowBytes);
      if (rest && from + STRIP >= panels) {
        rowsOf(kind, way, w, stride, a, spare - (full << 5), n, full, panels, blocks, 32, rowBytes);
        copyRest(out + (full << 5), spare, n, rest, ldc);
      }
    }
    return;
  }
  const mine = scratch + threadIndex() * scratchBytes;
  for (let panel = claim(); panel < panels; panel = claim()) {
    const unpackedAt = unpackOf(kind, way, w + panel * stride, mine, blocks);
    if (panel < full) {
      tilesOf(kind, way, unpackedAt, a, out + (panel << 5), n, blocks, ldc, rowBytes);
    } else {
      tilesOf(kind, way, unpackedAt, a, spare, n, blocks, 32, rowBytes);
      copyRest(out + (full << 5), spare, n, rest, ldc);
    }
  }
}

/** The last panel's outputs that there are. */
function copyRest(out: usize, spare: usize, n: usize, rest: usize, ldc: usize): void {
  for (let row: usize = 0; row < n; row++) copyFloats(out + row * ldc, spare + (row << 5), rest << 2);
}
