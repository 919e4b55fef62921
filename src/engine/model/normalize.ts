/** The model's norm: RMSNorm (Zhang & Sennrich 2019) or LayerNorm (Ba et al. 2016). */
import type { Buf } from '../kernel/kernel';
import type { Model } from './model';
import type { Norm } from './layerWeights';

/** out[n][d] = x[n][d] normalised; in place allowed. Without a norm: x as it is. */
export function normalize(
  { kernel, config }: Model,
  out: Buf,
  x: Buf,
  norm: Norm | undefined,
  n: number,
  d: number,
): void {
  if (!norm) kernel.copy(out, x, n * d);
  else if (config.norm === 'rms') kernel.rmsNorm(out, x, norm.weight, n, d, config.epsilon);
  else kernel.layerNorm(out, x, norm.weight, norm.bias, n, d, config.epsilon);
}
