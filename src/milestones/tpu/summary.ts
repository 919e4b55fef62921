/** Numbers of a result over its texts, with intervals: texts are drawn with replacement, whole. */
import { power } from '../../shared/elementary';
import { bootstrapInterval, mean, type Interval } from '../../shared/statistics';
import type { Precision, TextRow } from './options';

export interface Estimate {
  value: number;
  /** NaN for fewer than two texts. */
  interval: Interval;
}

function estimate(rows: readonly TextRow[], statistic: (drawn: readonly TextRow[]) => number): Estimate {
  return { value: statistic(rows), interval: rows.length > 1 ? bootstrapInterval(rows, statistic) : [NaN, NaN] };
}

const total = (rows: readonly TextRow[], of: (row: TextRow) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

export function bitsPerByte(rows: readonly TextRow[], precision: Precision): number {
  return total(rows, ({ readings }) => readings[precision].bits) / total(rows, ({ bytes }) => bytes);
}

/** Bits per byte above f32; the same texts on both sides. */
export function added(rows: readonly TextRow[], precision: Precision): Estimate {
  return estimate(rows, (drawn) => bitsPerByte(drawn, precision) - bitsPerByte(drawn, 'f32'));
}

/** 2 to the bits of a token: among how many equally likely ones it might as well have been. */
export function perplexity(rows: readonly TextRow[], precision: Precision): number {
  return power(2, total(rows, ({ readings }) => readings[precision].bits) / total(rows, ({ predicted }) => predicted));
}

/** Of one layer, or of all. */
export function moved(
  rows: readonly TextRow[],
  precision: Precision,
  measure: 'drift' | 'flips',
  layer?: number,
): Estimate {
  return estimate(rows, (drawn) =>
    mean(
      drawn.map(({ readings }) => {
        const layers = readings[precision][measure];
        return layer === undefined ? mean(layers) : layers[layer];
      }),
    ),
  );
}
