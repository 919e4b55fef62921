/** What differs between two solutions, step by step: the longest common subsequence of their steps. No DOM. */

export interface DiffRow {
  /** null: only the other side has it. */
  left: string | null;
  right: string | null;
}

/** Texts are compared without surrounding white space. Bounded: beyond that many steps they are paired by number. */
const MAX_STEPS = 1_000;

export function diffSteps(left: readonly string[], right: readonly string[]): DiffRow[] {
  if (left.length > MAX_STEPS || right.length > MAX_STEPS) {
    const rows = Math.max(left.length, right.length);
    return Array.from({ length: rows }, (_, i) => ({ left: left[i] ?? null, right: right[i] ?? null }));
  }
  const same = (i: number, j: number): boolean => left[i].trim() === right[j].trim();
  // length[i][j]: of the longest common subsequence of left[i…] and right[j…]
  const length = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      length[i][j] = same(i, j) ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    }
  }
  const rows: DiffRow[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && same(i, j)) rows.push({ left: left[i++], right: right[j++] });
    else if (i < left.length && j < right.length && length[i + 1][j + 1] === length[i][j]) {
      // Neither is needed for the rest: one was written instead of the other.
      rows.push({ left: left[i++], right: right[j++] });
    } else if (j >= right.length || (i < left.length && length[i + 1][j] >= length[i][j + 1])) {
      rows.push({ left: left[i++], right: null });
    } else rows.push({ left: null, right: right[j++] });
  }
  return rows;
}
