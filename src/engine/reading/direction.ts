/** The direction in the residual stream along which one token wins over another, and matrices read backwards along it. */
import type { Matrix } from '../kernel/kernel';
import type { Model } from '../model/model';

/** Rows of a matrix that are unpacked together. */
const ROWS = 64;

/** (u_A − u_B) ⊙ γ: times the stream over its rms it gives logit(A) − logit(B). [embedding] */
export function towards({ kernel, weights, config }: Model, target: number, foil: number): Float32Array {
  const d = config.embedding;
  const [out, ids] = [kernel.alloc(2 * d), kernel.alloc(2)];
  try {
    ids.i32.set([target, foil]);
    kernel.rows(out, weights.output, ids, 2);
    const [rows, gamma] = [out.f32, weights.outputNorm.weight.f32];
    return Float32Array.from({ length: d }, (_, i) => (rows[i] - rows[d + i]) * gamma[i]);
  } finally {
    kernel.free(out);
    kernel.free(ids);
  }
}

/** Of the last stream, as the output norm divides by it. */
export function rmsOf(stream: Float32Array, epsilon: number): number {
  let square = 0;
  for (let i = 0; i < stream.length; i++) square += stream[i] ** 2;
  return Math.sqrt(square / stream.length + epsilon);
}

export function dot(a: Float32Array, b: Float32Array, from = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[from + i];
  return sum;
}

/** directionᵀ · W: what an input of W [rows][cols] is worth along a direction of its outputs. [cols] */
export function pullBack({ kernel }: Model, matrix: Matrix, direction: Float32Array): Float32Array {
  const { rows, cols } = matrix;
  const result = new Float32Array(cols);
  const [out, ids] = [kernel.alloc(Math.min(ROWS, rows) * cols), kernel.alloc(Math.min(ROWS, rows))];
  try {
    for (let first = 0; first < rows; first += ROWS) {
      const n = Math.min(ROWS, rows - first);
      for (let i = 0; i < n; i++) ids.i32[i] = first + i;
      kernel.rows(out, matrix, ids, n);
      const unpacked = out.f32;
      for (let i = 0; i < n; i++) {
        const factor = direction[first + i];
        for (let c = 0; c < cols; c++) result[c] += factor * unpacked[i * cols + c];
      }
    }
    return result;
  } finally {
    kernel.free(out);
    kernel.free(ids);
  }
}
