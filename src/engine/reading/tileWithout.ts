/** Pictures of weights with some keys left out: what is left when sinks are dimmed. */
import type { Tile } from '../../protocol/explanation';
import type { TileParams } from '../../protocol/workerApi';
import type { Kernel } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { tileWeights, toBytes } from '../trace/weights';

export interface TileWithout extends Omit<TileParams, 'trace' | 'without'> {
  /** [tokens], 1 for a key to leave out: its weights are 0, nothing is divided again. */
  without: Uint8Array;
}

/** As `tile` makes it. `pause` is awaited between its rows and may throw to stop. */
export async function tileWithout(
  kernel: Kernel,
  trace: Trace,
  params: TileWithout,
  pause?: () => Promise<void> | void,
): Promise<Tile> {
  const { values, scale } = toBytes(await tileWeightsWithout(kernel, trace, params, pause));
  return { rows: params.rows, cols: params.cols, values, scale };
}

/** [rows][cols]; a row is pooled from its single weights, so that the memory does not grow with the picture's square. */
export async function tileWeightsWithout(
  kernel: Kernel,
  trace: Trace,
  { layer, head, q0, q1, k0, k1, rows, cols, pool, without }: TileWithout,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  const picture = new Float32Array(rows * cols);
  // Token i falls into cell ⌊i · cells / tokens⌋, as in attentionTile.
  const start = (cell: number, cells: number, tokens: number): number => Math.ceil((cell * tokens) / cells);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [q0 + start(row, rows, q1 - q0), q0 + start(row + 1, rows, q1 - q0)];
    // Later keys are masked, unless the model looks both ways.
    const end = trace.config.bothWays ? k1 : Math.min(k1, to);
    if (end <= k0) continue;
    const [tall, wide] = [to - from, end - k0];
    const exact = tileWeights(kernel, trace, {
      layer,
      head,
      q0: from,
      q1: to,
      k0,
      k1: end,
      rows: tall,
      cols: wide,
      pool,
    });
    for (let col = 0; col < cols; col++) {
      const [first, last] = [start(col, cols, k1 - k0), start(col + 1, cols, k1 - k0)];
      let largest = 0;
      let sum = 0;
      for (let key = first; key < Math.min(wide, last); key++) {
        if (without[k0 + key]) continue;
        for (let query = 0; query < tall; query++) {
          const weight = exact[query * wide + key];
          if (weight > largest) largest = weight;
          sum += weight;
        }
      }
      picture[row * cols + col] = pool === 'max' ? largest : sum / (tall * (last - first));
    }
    await pause();
  }
  return picture;
}
