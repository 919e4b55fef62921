/** All heads of a layer as small pictures, max-pooled, with some keys left out: what is left when sinks are dimmed. */
import type { LayerMaps } from '../../protocol/explanation';
import type { Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { headsWithWeights, MAP_SIZE } from '../trace/weights';
import { tileWithout } from './tileWithout';

/** `without`: [tokens], 1 for a key to leave out. `pause` is awaited between rows of a map and may throw to stop. */
export async function mapsWithout(
  kernel: Kernel,
  trace: Trace,
  layer: number,
  without: Uint8Array,
  pause?: () => Promise<void> | void,
): Promise<LayerMaps> {
  const { heads } = trace.config;
  const n = trace.ids.length;
  const size = Math.min(MAP_SIZE, n);
  const values = new Uint8Array(heads * size * size);
  const scales = new Float32Array(heads);
  const whole = { q0: 0, q1: n, k0: 0, k1: n, rows: size, cols: size, pool: 'max' as const };
  for (let head = 0; head < headsWithWeights(trace, layer); head++) {
    const picture = await tileWithout(kernel, trace, { layer, head, ...whole, without }, pause);
    values.set(picture.values, head * size * size);
    scales[head] = picture.scale;
  }
  return { layer, size, values, scales };
}
