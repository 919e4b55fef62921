/** One text read at every precision: how well it is predicted, how far attention moves, which experts are chosen. */
import type { Model } from '../../engine/model/model';
import { forward } from '../../engine/model/forward';
import { logProbabilities } from '../../engine/model/logits';
import { Trace } from '../../engine/trace/trace';
import { tileWeights } from '../../engine/trace/weights';
import type { Reading } from './options';

/** `models[0]` is what the others are held against; all are the same mixture of experts. [models] */
export async function readAll(
  models: readonly Model[],
  ids: readonly number[],
  pause: () => Promise<void>,
): Promise<Reading[]> {
  const traces: Trace[] = [];
  try {
    const readings: Reading[] = [];
    for (const model of models) {
      const trace = new Trace(model.config, model.kernel, ids.length, { keepResidual: false });
      traces.push(trace);
      await forward(model, trace, ids);
      const logs = await logProbabilities(model, trace, pause);
      const bits = logs.subarray(1).reduce((sum, log) => sum - log, 0) / Math.LN2;
      readings.push({ bits, drift: [], flips: [] });
    }
    for (let layer = 0; layer < models[0].config.layers; layer++) {
      const drift = await layerDrift(models, traces, layer, pause);
      const chosen = traces.map((trace) => choices(trace, layer));
      readings.forEach((reading, at) => {
        reading.drift.push(drift[at]);
        reading.flips.push(changed(chosen[0], chosen[at]));
      });
    }
    return readings;
  } finally {
    for (const trace of traces) trace.release();
  }
}

/** [models]: mean over heads and queries of the distance between the attention rows; the first query has one key only. */
async function layerDrift(
  models: readonly Model[],
  traces: readonly Trace[],
  layer: number,
  pause: () => Promise<void>,
): Promise<number[]> {
  const { heads } = models[0].config;
  const n = traces[0].ids.length;
  const whole = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n, pool: 'max' } as const;
  const sums = models.map(() => 0);
  for (let head = 0; head < heads; head++) {
    const maps = models.map(({ kernel }, at) => tileWeights(kernel, traces[at], { layer, head, ...whole }));
    maps.forEach((map, at) => (sums[at] += totalVariation(maps[0], map, n)));
    await pause();
  }
  return sums.map((sum) => sum / (heads * (n - 1)));
}

/** Σ over rows of ½ Σ |a − b|: how much of each row's weight lies elsewhere. Both [n][n]. */
export function totalVariation(a: Float32Array, b: Float32Array, n: number): number {
  let sum = 0;
  for (let query = 0; query < n; query++) {
    for (let at = query * n; at <= query * n + query; at++) sum += Math.abs(a[at] - b[at]);
  }
  return sum / 2;
}

/** [tokens]: the chosen experts in order of number, as text. */
function choices(trace: Trace, layer: number): string[] {
  const { expertsUsed } = trace.config;
  const ids = trace.layer(layer).router!.ids.i32;
  return trace.ids.map((_, token) => [...ids.subarray(token * expertsUsed, (token + 1) * expertsUsed)].sort().join());
}

function changed(before: readonly string[], after: readonly string[]): number {
  return before.filter((set, token) => set !== after[token]).length / before.length;
}
