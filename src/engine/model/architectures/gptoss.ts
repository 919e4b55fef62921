/** gpt-oss: a sink in each head, windows in every other layer, biases everywhere, experts with a clamped SwiGLU. */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, mixture } from './parts';
import { windowsOf } from './window';

/** A softmax over the chosen experts alone is the one over all, divided by the sum of the chosen. */
function config(keys: Keys): ModelConfig {
  const base = decoder(keys, { ropePairing: 'half', activation: 'clamped-silu' });
  const windows = windowsOf(keys, base.layers, 2);
  const theta = keys.positive('rope.freq_base_swa');
  const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
    const window = windows[l];
    const rope = window && theta ? mixer.rope && { ...mixer.rope, theta } : mixer.rope;
    return { mixer: { ...mixer, sinks: true, window, rope }, feedForward };
  });
  return { ...base, shapes };
}

const layer: Architecture['layer'] = (names, { embedding: d }, shape) => ({
  attentionNorm: names.norm('attn_norm', d),
  mixer: attention(names, d, shape),
  feedForwardNorm: names.norm('post_attention_norm', d),
  moe: mixture(names, d, shape.feedForward),
});

export const gptoss: Architecture = { name: 'gpt-oss', config, layer };
