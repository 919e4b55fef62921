/** The weights in view of the matrix, for a file: single ones as exact as they are, pooled ones as the picture has them. */
import { t } from '../../shared/l10n';
import { integer, percent } from '../../shared/numbers';
import { cell, type Cell, type TableRows } from '../../shared/tableTwin';
import { sinkTokens } from '../heads/sinks';
import type { Stage } from '../stage';
import { headName } from '../words';

/** Half-open token ranges, and how many weights on a side a cell stands for. */
export interface InView {
  q0: number;
  q1: number;
  k0: number;
  k1: number;
  pool: number;
}

export async function matrixWeights(stage: Stage, inView: InView, signal: AbortSignal): Promise<TableRows | null> {
  const run = stage.run();
  if (!run?.explanation) return null;
  return inView.pool > 1 ? pooledWeights(stage, inView, signal) : singleWeights(stage, inView, signal);
}

async function singleWeights(stage: Stage, { q0, q1, k0, k1 }: InView, signal: AbortSignal): Promise<TableRows> {
  const { head } = stage.selection;
  const { tokens } = stage.run()!;
  const rows: Cell[][] = [];
  for (let query = q0; query < q1; query++) {
    const weights = await stage.weights.get(head, query, 'from', signal);
    // A later key is masked: it has no weight, which is not a weight of 0.
    const cells = Array.from(weights.subarray(k0, k1), (weight, i) => (k0 + i > query ? '' : cell(weight, percent)));
    rows.push([cell(query), tokens[query].label, ...cells]);
  }
  return {
    caption: t('Weights of {0}: queries {1} to {2}, keys {3} to {4}', headName(head), q0, q1 - 1, k0, k1 - 1),
    columns: [t('Query'), t('Token'), ...tokens.slice(k0, k1).map(({ label }, i) => `${k0 + i} ${label}`)],
    rows,
  };
}

async function pooledWeights(stage: Stage, { q0, q1, k0, k1, pool }: InView, signal: AbortSignal): Promise<TableRows> {
  const { head } = stage.selection;
  const [rows, cols] = [Math.ceil((q1 - q0) / pool), Math.ceil((k1 - k0) / pool)];
  const without = stage.options.dimSinks ? sinkTokens(stage.run()!) : undefined;
  const params = { ...head, q0, q1, k0, k1, rows, cols, pool: stage.options.pool, without };
  const { values, scale } = await stage.host.call('tile', params, { signal });
  const range = (from: number, end: number): string => `${from}–${Math.min(end, from + pool) - 1}`;
  return {
    caption:
      stage.options.pool === 'max'
        ? t('Weights of {0}, the largest of every {1} × {1}, to 8 bits', headName(head), integer(pool))
        : t('Weights of {0}, the mean of every {1} × {1}, to 8 bits', headName(head), integer(pool)),
    columns: [t('Query'), ...Array.from({ length: cols }, (_, col) => range(k0 + col * pool, k1))],
    rows: Array.from({ length: rows }, (_, row) => [
      range(q0 + row * pool, q1),
      ...Array.from(values.subarray(row * cols, (row + 1) * cols), (value) => cell((value / 255) * scale, percent)),
    ]),
  };
}
