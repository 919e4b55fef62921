/** The output matrix: in memory, or read again each time, a slice of the vocabulary at a time while the next one is read. */
import { HEAD_RANGE, ROWS_TOGETHER, type Kernel, type Matrix } from '../kernel/kernel';
import type { Loader } from './loader';
import type { PlannedMatrix } from './plan';
import type { Unit, Units } from './units';
import type { Output } from './weights';

export function outputInMemory(kernel: Kernel, matrix: Matrix): Output {
  return {
    words: matrix.rows,
    whole: true,
    ranges: async (use) => use(matrix, 0),
    async around(id, use) {
      const [first, rows] = around(id, matrix.rows);
      return use(kernel.partOf(matrix, first, rows), first);
    },
  };
}

/** `most`: words that are read together, in whole ranges, and one range at least. Throws as Loader.tree does. */
export function outputInSlices(units: Units, loader: Loader, planned: PlannedMatrix, most: number): Output {
  const words = planned.rows;
  const atOnce = Math.max(1, Math.floor(most / HEAD_RANGE)) * HEAD_RANGE;
  const part = (first: number, rows: number): PlannedMatrix => ({ ...planned, rows, first: planned.first + first });
  // Made once: what is read ahead is known by its leaves.
  const slices = Array.from({ length: Math.ceil(words / atOnce) }, (_, i): Unit<Matrix> => {
    const first = i * atOnce;
    return { name: `words ${first}`, plan: part(first, Math.min(atOnce, words - first)) };
  });
  return {
    words,
    whole: false,
    async ranges(use, pause = () => {}) {
      for (const [i, slice] of slices.entries()) {
        const { part: matrix, release } = await units.take<Matrix>(slice, slices[i + 1], pause);
        try {
          await use(matrix, i * atOnce);
        } finally {
          release();
        }
      }
    },
    async around(id, use, pause = () => {}) {
      const [first, rows] = around(id, words);
      const { part: matrix, free } = await loader.tree<Matrix>(part(first, rows), pause);
      try {
        return use(matrix, first);
      } finally {
        free();
      }
    },
  };
}

/** The first of the words that are packed with this one, and how many there are. */
function around(id: number, words: number): [first: number, rows: number] {
  const first = id - (id % ROWS_TOGETHER);
  return [first, Math.min(ROWS_TOGETHER, words - first)];
}
