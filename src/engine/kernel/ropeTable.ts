/** Cosines and sines of every position and frequency, computed once in f64 and kept in the kernel's memory. */
import type { Buf, Kernel } from './kernel';

export class RopeTable {
  private frequencies: number | undefined;
  private table: Buf | undefined; // [positions][half][2]: cosine, sine
  private positions = 0;

  constructor(private readonly kernel: Pick<Kernel, 'alloc' | 'free'>) {}

  /** Address of the rows of positions start … start + n − 1. inverseFrequencies[half] */
  from(inverseFrequencies: Buf, start: number, n: number): number {
    const half = inverseFrequencies.length;
    if (this.frequencies !== inverseFrequencies.ptr || start + n > this.positions)
      this.fill(inverseFrequencies, start + n);
    return this.table!.ptr + start * half * 8;
  }

  /** Twice the positions asked for, so that generation token by token does not fill it anew each time. */
  private fill(inverseFrequencies: Buf, least: number): void {
    const half = inverseFrequencies.length;
    if (this.table) this.kernel.free(this.table);
    this.table = undefined;
    this.positions = least * 2;
    this.table = this.kernel.alloc(this.positions * half * 2);
    this.frequencies = inverseFrequencies.ptr;
    const [values, frequencies] = [this.table.f32, inverseFrequencies.f32];
    for (let position = 0, at = 0; position < this.positions; position++) {
      for (let i = 0; i < half; i++, at += 2) {
        values[at] = Math.cos(position * frequencies[i]);
        values[at + 1] = Math.sin(position * frequencies[i]);
      }
    }
  }
}
