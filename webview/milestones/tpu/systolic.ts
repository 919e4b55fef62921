/**
 * A weight-stationary systolic array, cycle by cycle (Kung & Leiserson 1979; the TPU's is 256 × 256). Each cell keeps one
 * weight. In every cycle it takes a number from its left and a sum from above, and hands on the number to its right and
 * sum + weight · number below. Row k of the array gets its numbers k cycles late, so that they meet the right sums.
 */

/** What a cell handed on at the end of a cycle; null while nothing has come to it. */
export interface Cell {
  weight: number;
  number: number | null;
  sum: number | null;
}

export interface Cycle {
  /** [rows of the array][columns] */
  cells: Cell[][];
  /** [inputs][columns]: sums that have left below so far; null: not yet. */
  outputs: (number | null)[][];
}

/** Cycles until the last sum has left, from the first number on: inputs + rows + columns − 2. */
export function cyclesOf(inputs: number, rows: number, columns: number): number {
  return inputs + rows + columns - 2;
}

/** `inputs`[n][rows] times `weights`[rows][columns]. The weights lie in their cells already. */
export function runArray(weights: readonly (readonly number[])[], inputs: readonly (readonly number[])[]): Cycle[] {
  const columns = weights[0].length;
  const outputs: (number | null)[][] = inputs.map(() => new Array<number | null>(columns).fill(null));
  let cells = weights.map((row) => row.map((weight): Cell => ({ weight, number: null, sum: null })));
  const cycles: Cycle[] = [];
  while (outputs.some((row) => row.includes(null))) {
    const before = cells;
    const time = cycles.length;
    cells = before.map((row, k) =>
      row.map(({ weight }, j): Cell => {
        const number = j === 0 ? (inputs[time - k]?.[k] ?? null) : before[k][j - 1].number;
        if (number === null) return { weight, number, sum: null };
        const above = k === 0 ? 0 : before[k - 1][j].sum!;
        return { weight, number, sum: above + weight * number };
      }),
    );
    cells.at(-1)!.forEach(({ sum }, j) => {
      // Sums leave a column in the order of the inputs.
      const next = outputs.findIndex((row) => row[j] === null);
      if (sum !== null) outputs[next][j] = sum;
    });
    cycles.push({ cells, outputs: outputs.map((row) => [...row]) });
  }
  return cycles;
}

/** Small whole numbers that differ from place to place, the same every time: [rows][columns], −3 … 3. */
export function smallNumbers(rows: number, columns: number, offset: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => ((3 * i + 5 * j + 2 * i * j + offset) % 7) - 3),
  );
}
