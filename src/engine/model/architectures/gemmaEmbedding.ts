/** EmbeddingGemma (2025): Gemma 3 as an encoder, whose windows reach to both sides. */
import type { Architecture } from './architecture';
import { withAttention } from './decoder';
import { configOf, gemma3 } from './gemma3';
import { toEitherSide } from './window';

export const gemmaEmbedding: Architecture = {
  name: 'gemma-embedding',
  config: (keys) => {
    keys.boolean('attention.causal'); // llama.cpp has these models look both ways, whatever the file says
    keys.passOver(/^dense_[23]_feat_(in|out)$/);
    const base = withAttention(configOf(keys), { bothWays: true });
    const shapes = base.shapes.map(({ mixer, feedForward }) => {
      return { mixer: { ...mixer, window: toEitherSide(mixer.window) }, feedForward };
    });
    return { ...base, shapes, bothWays: true, headless: true };
  },
  layer: gemma3.layer,
  /** What makes one vector of a text, and an output matrix that nothing is predicted with. */
  ignored: /^(dense_[23]|output)\.weight$/,
};
