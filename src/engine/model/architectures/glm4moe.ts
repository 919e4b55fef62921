/** GLM 4.5 and 4.6: experts that a sigmoid scores and a bias helps to choose, one for every token beside them, the first layers dense. */
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';
import { withRouting } from './routing';

export const glm4moe: Architecture = {
  name: 'glm4moe',
  config: (keys) => {
    const base = decoder(keys, { ropePairing: 'half', predictsFurther: true });
    keys.integer('leading_dense_block_count', base.layers, 0); // a layer's tensors say which it is
    // In a text the sections of a rotation turn alike, but for a fourth, which stands still.
    const still = keys.integers('rope.dimension_sections', 4, 2 ** 16)?.[3] ?? 0;
    if (still !== 0) throw keys.unsupported('rope.dimension_sections', 'has a fourth section');
    return withRouting(keys, base, 'sigmoid');
  },
  layer: (names, { embedding: d }, shape) => {
    const qkNorm = names.has('attn_q_norm.weight') ? ('head' as const) : undefined;
    return preNormLayer(names, d, shape, attention(names, d, shape, { qkNorm }), 'post_attention_norm');
  },
};
