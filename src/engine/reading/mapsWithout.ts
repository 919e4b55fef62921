/** All heads of a layer as small pictures, max-pooled, with some keys left out: what is left when sinks are dimmed. */
import type { LayerMaps } from '../../protocol/explanation';
import type { Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { MAP_SIZE, tileWeights, toBytes } from '../trace/weights';

/** `without`: [tokens], 1 for a key to leave out. `pause` is awaited between heads and may throw to stop. */
export async function mapsWithout(
  kernel: Kernel,
  trace: Trace,
  layer: number,
  without: Uint8Array,
  pause: () => Promise<void> | void = () => {},
): Promise<LayerMaps> {
  const { heads } = trace.config;
  const n = trace.ids.length;
  const size = Math.min(MAP_SIZE, n);
  const values = new Uint8Array(heads * size * size);
  const scales = new Float32Array(heads);
  // Token i falls into cell ⌊i · size / n⌋, as in attentionTile.
  const start = (cell: number): number => Math.ceil((cell * n) / size);
  for (let head = 0; head < heads; head++) {
    const map = new Float32Array(size * size);
    for (let row = 0; row < size; row++) {
      const [q0, q1] = [start(row), start(row + 1)];
      const rows = q1 - q0;
      const exact = tileWeights(kernel, trace, { layer, head, q0, q1, k0: 0, k1: q1, rows, cols: q1, pool: 'max' });
      for (let col = 0; col <= row; col++) {
        let largest = 0;
        for (let q = 0; q < rows; q++) {
          for (let key = start(col); key < Math.min(q1, start(col + 1)); key++) {
            if (!without[key]) largest = Math.max(largest, exact[q * q1 + key]);
          }
        }
        map[row * size + col] = largest;
      }
    }
    const picture = toBytes(map);
    values.set(picture.values, head * size * size);
    scales[head] = picture.scale;
    await pause();
  }
  return { layer, size, values, scales };
}
