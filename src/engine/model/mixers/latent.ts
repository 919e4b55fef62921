/**
 * Multi-head latent attention (DeepSeek-AI 2024, DeepSeek-V2): queries, keys and values are made from a few normalised numbers
 * of each token; a small part of each key, the same for all heads, comes from the stream and turns. What is attended with, and
 * kept, is the keys and values that result.
 */
import type { AttentionWeights, LatentWeights } from '../layerWeights';
import { normalize } from '../normalize';
import type { Pass } from '../pass';
import type { AttentionShape, AttentionTrace } from './attentionParts';

/** q, k and v of scratch.normed[n][embedding], before rotation. In each head's key the part that turns stands last. */
export function projectLatents(
  { model, scratch: s }: Pass,
  { heads, keyDim, rope }: AttentionShape,
  { wq, wk, wv }: AttentionWeights,
  { queries, keys, turns }: LatentWeights,
  n: number,
  { q, k, v }: AttentionTrace,
): void {
  const { kernel } = model;
  const { made, still, turning } = s.latent;
  const down = ({ down: matrix, norm }: LatentWeights['keys']): void => {
    kernel.matmul(made, s.normed, matrix, n);
    normalize(model, made, made, norm, n, matrix.rows);
  };
  if (queries) down(queries);
  kernel.matmul(q, queries ? made : s.normed, wq, n);
  down(keys);
  kernel.matmul(still, made, wk!, n);
  kernel.matmul(v, made, wv!, n);
  kernel.matmul(turning, s.normed, turns, n);
  const last = rope!.dim;
  const first = keyDim - last;
  const [into, own, shared] = [k.f32, still.f32, turning.f32];
  for (let row = 0; row < n; row++) {
    const common = shared.subarray(row * last, (row + 1) * last);
    for (let head = 0; head < heads; head++) {
      const at = row * heads + head;
      into.set(own.subarray(at * first, (at + 1) * first), at * keyDim);
      into.set(common, at * keyDim + first);
    }
  }
}
