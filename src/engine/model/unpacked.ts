/** A packed matrix as floats, of which only a few rows are in the kernel's memory at a time, and its product with one vector. */
import type { Kernel, Matrix } from '../kernel/kernel';

/** Rows that are unpacked together. */
const ROWS = 64;

/** Calls `use` with the rows from `first` on, [n][cols]: a view, there only as long as the call. */
export function eachRows(
  kernel: Kernel,
  matrix: Matrix,
  use: (rows: Float32Array, first: number, n: number) => void,
): void {
  const { rows, cols } = matrix;
  const most = Math.min(ROWS, rows);
  const [out, ids] = [kernel.alloc(most * cols), kernel.alloc(most)];
  try {
    for (let first = 0; first < rows; first += most) {
      const n = Math.min(most, rows - first);
      for (let i = 0; i < n; i++) ids.i32[i] = first + i;
      kernel.rows(out, matrix, ids, n);
      use(out.f32, first, n);
    }
  } finally {
    kernel.free(out);
    kernel.free(ids);
  }
}

/** All of it: [rows][cols] */
export function unpacked(kernel: Kernel, matrix: Matrix): Float32Array {
  const { rows, cols } = matrix;
  const all = new Float32Array(rows * cols);
  eachRows(kernel, matrix, (some, first, n) => all.set(some.subarray(0, n * cols), first * cols));
  return all;
}

/** These of its columns, each [rows]. */
export function columnsOf(kernel: Kernel, matrix: Matrix, columns: readonly number[]): Float32Array[] {
  const { rows, cols } = matrix;
  const found = columns.map(() => new Float32Array(rows));
  eachRows(kernel, matrix, (some, first, n) => {
    for (const [at, column] of columns.entries())
      for (let i = 0; i < n; i++) found[at][first + i] = some[i * cols + column];
  });
  return found;
}

/** matrix · x, by the kernel. [rows] */
export function product(kernel: Kernel, matrix: Matrix, x: Float32Array): Float32Array {
  const [input, out] = [kernel.alloc(x.length), kernel.alloc(matrix.rows)];
  try {
    input.f32.set(x);
    kernel.matmul(out, input, matrix, 1);
    return out.f32.slice(0, matrix.rows);
  } finally {
    kernel.free(input);
    kernel.free(out);
  }
}
