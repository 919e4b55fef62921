/** How fast each pair of a head's elements turns with the position (Su et al. 2021, RoFormer, equation 15). */
import type { RopeShape } from './mixers/attentionParts';

/** θ^(−2i/dim), [dim / 2]; each divided by its factor where there are factors (Llama 3). */
export function inverseFrequencies({ dim, theta, scale }: RopeShape, factors?: Float32Array): Float32Array {
  return Float32Array.from({ length: dim / 2 }, (_, i) => theta ** ((-2 * i) / dim) / scale / (factors?.[i] ?? 1));
}
