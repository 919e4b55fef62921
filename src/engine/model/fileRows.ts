/** A text's own rows of the token embedding, read from the file when they are needed, with the same bits as from memory. */
import type { Kernel, Matrix } from '../kernel/kernel';
import type { Loader } from './loader';
import type { PlannedMatrix } from './plan';
import type { Weights } from './weights';

/** Throws as Loader.tree does. */
export function tokenRowsInFile(loader: Loader, kernel: Kernel, planned: PlannedMatrix): Weights['tokenRows'] {
  return async (out, ids, n, pause = () => {}) => {
    const own = ids.i32.slice(0, n);
    const each = [...new Set(own)];
    const row = (id: number): PlannedMatrix => ({ ...planned, rows: 1, first: planned.first + id });
    const { part: rows, free } = await loader.tree<Matrix[]>(each.map(row), pause);
    const first = kernel.alloc(1);
    try {
      const place = new Map(each.map((id, i) => [id, i]));
      own.forEach((id, i) => kernel.rows(out.slice(i * planned.cols, planned.cols), rows[place.get(id)!], first, 1));
    } finally {
      kernel.free(first);
      free();
    }
  };
}
