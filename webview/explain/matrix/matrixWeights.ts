/** The weights in view of the matrix, for a file: single ones as exact as they are, pooled ones as the picture has them. */
import type { TokenSpan } from '../../../src/protocol/explanation';
import { t } from '../../shared/l10n';
import { integer, percent, signedPrecise } from '../../shared/numbers';
import { cell, type Cell, type TableRows } from '../../shared/tableTwin';
import { sinkTokens } from '../heads/sinks';
import type { Stage } from '../stage';
import { measureText } from '../heads/layerWords';
import { hasInfluence, maskOf } from '../state/layers';
import { headName, placeCell, tokenPlace, type Placed } from '../words';

/** `pool`: how many weights on a side a cell stands for. */
export interface InView extends TokenSpan {
  pool: number;
}

export async function matrixWeights(stage: Stage, inView: InView, signal: AbortSignal): Promise<TableRows | null> {
  const run = stage.run();
  if (!run?.explanation) return null;
  return inView.pool > 1 ? pooledWeights(stage, inView, signal) : singleWeights(stage, inView, signal);
}

async function singleWeights(stage: Stage, { q0, q1, k0, k1 }: InView, signal: AbortSignal): Promise<TableRows> {
  const { head } = stage.selection;
  const run = stage.run()!;
  const { tokens } = run;
  const sinks = await stage.weights.sinks(head, signal);
  const rows: Cell[][] = [];
  for (let query = q0; query < q1; query++) {
    const weights = await stage.weights.get(head, query, 'from', signal);
    // A key that is masked has no weight, which is not a weight of 0.
    const cells = Array.from(weights.subarray(k0, k1), (weight, i) =>
      maskOf(run, head.layer, query, k0 + i) ? '' : cell(weight, measureText(run, head.layer)),
    );
    const sink = sinks.length > 0 ? [cell(sinks[query], percent)] : [];
    rows.push([placeCell(run, query), tokens[query].label, ...sink, ...cells]);
  }
  const bounds = [q0, q1 - 1, k0, k1 - 1].map((token) => tokenPlace(run, token));
  return {
    caption: hasInfluence(run, head.layer)
      ? t('Implied influence in {0}: queries {1} to {2}, keys {3} to {4}', headName(head), ...bounds)
      : t('Weights of {0}: queries {1} to {2}, keys {3} to {4}', headName(head), ...bounds),
    columns: [
      t('Query'),
      t('Token'),
      ...(sinks.length > 0 ? [t('learned sink')] : []),
      ...tokens.slice(k0, k1).map(({ label }, i) => `${tokenPlace(run, k0 + i)} ${label}`),
    ],
    rows,
  };
}

async function pooledWeights(stage: Stage, inView: InView, signal: AbortSignal): Promise<TableRows> {
  const { head } = stage.selection;
  if (hasInfluence(stage.run()!, head.layer)) return pooledInfluence(stage, inView, signal);
  const { pool, ...ranges } = inView;
  const without = stage.options.dimSinks ? sinkTokens(stage.run()!) : undefined;
  const params = { ...head, ...ranges, ...sizeOf(inView), pool: stage.options.pool, without };
  const { values, scale } = await stage.host.call('tile', params, { signal });
  return {
    caption:
      stage.options.pool === 'max'
        ? t('Weights of {0}, the largest of every {1} × {1}, to 8 bits', headName(head), integer(pool))
        : t('Weights of {0}, the mean of every {1} × {1}, to 8 bits', headName(head), integer(pool)),
    ...pooledRows(stage.run()!, inView, values, (value) => cell((value / 255) * scale, percent)),
  };
}

const sizeOf = ({ q0, q1, k0, k1, pool }: InView): { rows: number; cols: number } => ({
  rows: Math.ceil((q1 - q0) / pool),
  cols: Math.ceil((k1 - k0) / pool),
});

/** @param values [rows][cols] */
function pooledRows(
  run: Placed,
  inView: InView,
  values: Uint8Array | Float32Array,
  written: (value: number) => Cell,
): Pick<TableRows, 'columns' | 'rows'> {
  const { q0, q1, k0, k1, pool } = inView;
  const { rows, cols } = sizeOf(inView);
  const range = (from: number, end: number): string =>
    `${tokenPlace(run, from)}–${tokenPlace(run, Math.min(end, from + pool) - 1)}`;
  return {
    columns: [t('Query'), ...Array.from({ length: cols }, (_, col) => range(k0 + col * pool, k1))],
    rows: Array.from({ length: rows }, (_, row) => [
      range(q0 + row * pool, q1),
      ...Array.from(values.subarray(row * cols, (row + 1) * cols), written),
    ]),
  };
}

async function pooledInfluence(
  { host, run, selection: { head } }: Stage,
  inView: InView,
  signal: AbortSignal,
): Promise<TableRows> {
  const { pool, ...ranges } = inView;
  const values = await host.call('influence', { ...head, ...ranges, ...sizeOf(inView) }, { signal });
  return {
    caption: t('Implied influence in {0}, the largest by size of every {1} × {1}', headName(head), integer(pool)),
    ...pooledRows(run()!, inView, values, (value) => cell(value, signedPrecise)),
  };
}
