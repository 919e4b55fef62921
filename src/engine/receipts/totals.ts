/**
 * Total effects of many cuts at one query: rows beside each other, each with its own head outputs in the layer of its cut,
 * each with its own key and value from the next layer on. The first row of every batch is cut nowhere: effects are
 * differences from it, so that one that changes nothing is exactly 0.
 */
import type { Edit } from '../../protocol/edit';
import type { Donors } from '../model/donors';
import { CHUNK } from '../model/forward';
import type { LoadedModel } from '../model/load';
import type { Taps } from '../model/rows';
import { runVariants } from '../model/variants';
import type { Trace } from '../trace/trace';
import type { Query } from './query';

export interface Totals {
  model: LoadedModel;
  trace: Trace;
  query: Query;
  /** Awaited between batches; may throw to stop. */
  pause?: () => Promise<void> | void;
  /** Told what the unedited row is away from the kept run, and each effect from the same with the last product unrounded. */
  onNoise?: (distance: number, rounding: readonly number[]) => void;
}

/** What a head writes instead: offset among all heads' outputs, and the difference. */
export interface OutputChange {
  at: number;
  change: Float64Array;
}

/** [changes] Each is of heads of `layer`: several are one cut. Leases the layers from there on once for each CHUNK − 1 of them. */
export async function totalsOfOutputs(
  on: Totals,
  layer: number,
  changes: readonly (readonly OutputChange[])[],
  taps?: Taps,
): Promise<number[]> {
  const { mixed } = on.query.layers[layer];
  const effects: number[] = [];
  for (let first = 0; first < changes.length; first += CHUNK - 1) {
    const batch = changes.slice(first, first + CHUNK - 1);
    const outputs = new Float32Array((batch.length + 1) * mixed.length);
    outputs.set(mixed);
    batch.forEach((cut, i) => {
      const row = outputs.subarray((i + 1) * mixed.length, (i + 2) * mixed.length);
      row.set(mixed);
      for (const { at, change } of cut) change.forEach((value, j) => (row[at + j] += value));
    });
    effects.push(...(await run(on, { firstLayer: layer, mixed: outputs, rows: [[], ...batch.map(() => [])], taps })));
  }
  return effects;
}

/** [cuts] Each is a list of edits that act from `firstLayer` on. Leases the layers from there on once for each CHUNK − 1 of them. */
export async function totalsOfEdits(
  on: Totals,
  firstLayer: number,
  cuts: readonly (readonly Edit[])[],
  { donors, taps }: { donors?: Donors; taps?: Taps } = {},
): Promise<number[]> {
  const effects: number[] = [];
  for (let first = 0; first < cuts.length; first += CHUNK - 1) {
    const rows = [[], ...cuts.slice(first, first + CHUNK - 1)];
    effects.push(...(await run(on, { firstLayer, rows, donors, taps })));
  }
  return effects;
}

async function run(
  { model, trace, query: { aim }, pause, onNoise }: Totals,
  what: { firstLayer: number; mixed?: Float32Array; rows: readonly (readonly Edit[])[]; donors?: Donors; taps?: Taps },
): Promise<number[]> {
  const streams = await runVariants(model, trace, { position: aim.position, ...what });
  const [unedited, ...edited] = await aim.of(streams, what.rows.length);
  const effects = edited.map((difference) => difference - unedited);
  if (onNoise) {
    const [first, ...unrounded] = aim.unrounded(streams, what.rows.length);
    onNoise(
      Math.abs(unedited - aim.clean),
      effects.map((effect, i) => Math.abs(effect - (unrounded[i] - first))),
    );
  }
  await pause?.();
  return effects;
}
