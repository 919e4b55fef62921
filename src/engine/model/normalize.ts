/** The model's norm: RMSNorm (Zhang & Sennrich 2019). */
import type { Buf } from '../kernel/kernel';
import type { Model } from './model';
import type { Norm } from './weights';

/** out[n][d] = x[n][d] normalised; in place allowed. */
export function normalize({ kernel, config }: Model, out: Buf, x: Buf, { weight }: Norm, n: number, d: number): void {
  kernel.rmsNorm(out, x, weight, n, d, config.rmsEpsilon);
}
