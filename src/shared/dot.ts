/** The product of two vectors: Σ a[i] · b[from + i] over all of `a`, added up in double from the first on. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>, from = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[from + i];
  return sum;
}
