/** Cosines and sines of every position and frequency, computed once in f64 and kept in the kernel's memory. */
import { cos, sin } from '../../shared/elementary';
import type { Buf, Kernel } from './kernel';

interface Table {
  values: Buf; // [positions][half][2]: cosine, sine
  positions: number;
}

/** One for each rotation; the layers of a model may have two. */
export class RopeTables {
  private readonly tables = new Map<string, Table>();

  constructor(private readonly kernel: Pick<Kernel, 'alloc' | 'free'>) {}

  /** Address of the rows of positions start … start + n − 1. inverseFrequencies[half]; values times `magnitude`. */
  from(inverseFrequencies: Buf, magnitude: number, start: number, n: number): number {
    const key = `${inverseFrequencies.ptr} ${magnitude}`;
    let table = this.tables.get(key);
    if (!table || start + n > table.positions) {
      if (table) this.kernel.free(table.values);
      this.tables.delete(key);
      table = this.make(inverseFrequencies, magnitude, start + n);
      this.tables.set(key, table);
    }
    return table.values.ptr + start * inverseFrequencies.length * 8;
  }

  /** Twice the positions asked for, so that generation token by token does not fill it anew each time. */
  private make(inverseFrequencies: Buf, magnitude: number, least: number): Table {
    const half = inverseFrequencies.length;
    const positions = least * 2;
    const values = this.kernel.alloc(positions * half * 2);
    const [out, frequencies] = [values.f32, inverseFrequencies.f32];
    for (let position = 0, at = 0; position < positions; position++) {
      for (let i = 0; i < half; i++, at += 2) {
        out[at] = cos(position * frequencies[i]) * magnitude;
        out[at + 1] = sin(position * frequencies[i]) * magnitude;
      }
    }
    return { values, positions };
  }
}
