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

/** x[n][heads][headDim], each head's row by LayerNorm with weights of its own, [heads][headDim]; in place. */
export function normalizeHeads({ config }: Model, x: Buf, { weight }: Norm, n: number, headDim: number): void {
  const [values, weights] = [x.f32, weight.f32];
  const width = weight.length;
  for (let from = 0; from < n * width; from += headDim) {
    const row = values.subarray(from, from + headDim);
    const mean = row.reduce((sum, value) => sum + value, 0) / headDim;
    const square = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / headDim;
    const scale = 1 / Math.sqrt(square + config.epsilon);
    const own = from % width;
    for (let i = 0; i < headDim; i++) row[i] = (row[i] - mean) * scale * weights[own + i];
  }
}
