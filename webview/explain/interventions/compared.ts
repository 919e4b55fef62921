/** Numbers of the run without interventions and of this one, in pairs: which moved most, and on what scale are they drawn? No DOM. */
import { t } from '../../shared/l10n';
import { cell, type TableRows } from '../../shared/tableTwin';
import type { Thing } from './things';

export interface Pair {
  name: string;
  before: number;
  after: number;
  /** What it is about: it can be cut there. */
  thing?: Thing;
}

/** Pairs of one unit, and how it is written. */
export interface Compared {
  /** What is compared, and where. */
  heading: string;
  /** What a pair is about, over the table’s first column. */
  of: string;
  pairs: Pair[];
  value: (value: number) => string;
  /** Of a difference: after less before. */
  change: (difference: number) => string;
}

/** The largest difference first; of equal ones the larger number. */
export function byDifference(pairs: readonly Pair[]): Pair[] {
  const [moved, size] = [
    ({ before, after }: Pair) => Math.abs(after - before),
    ({ before, after }: Pair) => Math.max(Math.abs(before), Math.abs(after)),
  ];
  return [...pairs].sort((a, b) => moved(b) - moved(a) || size(b) - size(a));
}

/** What a bar of full length is worth: the largest by size of all that is drawn, the differences with them. */
export function scaleOf(pairs: readonly Pair[]): number {
  return pairs.reduce(
    (largest, { before, after }) => Math.max(largest, Math.abs(before), Math.abs(after), Math.abs(after - before)),
    0,
  );
}

/** All of it, for a table or a file. */
export function comparedTable({ heading, of, pairs, value, change }: Compared): TableRows {
  return {
    caption: heading,
    columns: [of, t('Before'), t('After'), t('Difference')],
    rows: byDifference(pairs).map(({ name, before, after }) => [
      name,
      cell(before, value),
      cell(after, value),
      cell(after - before, change),
    ]),
  };
}

/** The same list of numbers in both runs, by name. */
export const pairsOf = (
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  name: (index: number) => string,
  thing?: (index: number) => Thing,
): Pair[] =>
  Array.from({ length: Math.min(before.length, after.length) }, (_, i) => ({
    name: name(i),
    before: before[i],
    after: after[i],
    ...(thing && { thing: thing(i) }),
  }));
