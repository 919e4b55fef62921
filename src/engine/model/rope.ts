/** How fast each pair of a head's elements turns with the position (Su et al. 2021, RoFormer, equation 15). */
import { log, power } from '../../shared/elementary';
import type { RopeShape } from './mixers/attentionParts';

/** θ^(−2i/dim), [dim / 2]; each divided by its factor where there are factors (Llama 3), and by the scale. */
export function inverseFrequencies(
  { dim, theta, scale, yarn, sections }: RopeShape,
  factors?: Float32Array,
): Float32Array {
  const unscaled = yarn ? yarnRamp(dim, theta, yarn.original, yarn.turns) : () => 0;
  return Float32Array.from({ length: dim / 2 }, (_, i) => {
    if (sections && standsStill(i, sections)) return 0;
    const frequency = power(theta, (-2 * i) / dim) / (factors?.[i] ?? 1);
    return frequency * ((1 - unscaled(i)) / scale + unscaled(i));
  });
}

/** Pairs that turn more often than the first, or less often than the second, within the original context. */
const YARN_TURNS = [32, 1] as const;

/**
 * How much of pair i stays as it was: 1 for the fast ones, 0 for the slow ones, a ramp between (Peng et al. 2023, YaRN), with
 * llama.cpp's rounding (ggml_rope_yarn_corr_dims).
 */
function yarnRamp(
  dim: number,
  theta: number,
  original: number,
  [fast, slow]: readonly [number, number] = YARN_TURNS,
): (i: number) => number {
  const pairOf = (turns: number): number => (dim * log(original / (turns * 2 * Math.PI))) / (2 * log(theta));
  const low = Math.max(0, Math.floor(pairOf(fast)));
  const high = Math.min(dim - 1, Math.ceil(pairOf(slow)));
  return (i) => 1 - Math.min(1, Math.max(0, (i - low) / Math.max(0.001, high - low)));
}

/** Whether pair i is dealt to the fourth part of a position (ggml_mrope_cache_init, interleaved). */
function standsStill(i: number, sections: readonly number[]): boolean {
  const sector = i % sections.reduce((sum, section) => sum + section, 0);
  return sector >= 3 * sections[sector % 3];
}
