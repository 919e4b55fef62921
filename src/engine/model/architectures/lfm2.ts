/**
 * LFM2 (Liquid AI), dense or with experts that a sigmoid scores: gated short convolutions in most layers, attention with QK-norm in
 * those that have heads of keys.
 */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { ConvolutionWeights } from '../layerWeights';
import type { ConvolutionShape } from '../mixers/convolutionParts';
import type { Plan, TensorNames } from '../plan';
import type { Architecture } from './architecture';
import { decoder } from './decoder';
import { attention, preNormLayer } from './parts';
import { withRouting } from './routing';

/** Bounds that keep a lying file from asking for absurd amounts. */
const MAX_TAPS = 64;
const MAX_WINDOW = 2 ** 31;

function config(keys: Keys, base = decoder(keys, { ropePairing: 'half', mixed: true })): ModelConfig {
  const taps = keys.integerRequired('shortconv.l_cache', MAX_TAPS);
  if (taps < 2) throw keys.invalid('shortconv.l_cache', 'is 1, with which nothing is convolved');
  const convolution: ConvolutionShape = { kind: 'convolution', heads: 1, headDim: base.embedding, taps };
  const window = keys.integer('attention.sliding_window', MAX_WINDOW, 0) || undefined;
  const shapes = base.shapes.map(({ mixer, feedForward }) => ({
    mixer: mixer.kvHeads === 0 ? convolution : { ...mixer, window },
    feedForward,
  }));
  return { ...base, shapes, heads: Math.max(...shapes.map(({ mixer }) => mixer.heads)) };
}

/** The chosen experts' scores are always divided by their sum, and never scaled (llama.cpp's lfm2moe.cpp). */
function configOfExperts(keys: Keys): ModelConfig {
  const base = decoder(keys, { ropePairing: 'half', mixed: true });
  keys.integer('leading_dense_block_count', base.layers, 0); // a layer's tensors say which it is
  const routed = withRouting(keys, base, 'sigmoid');
  if (routed.routing.scale !== 1) throw keys.unsupported('expert_weights_scale', `is ${routed.routing.scale}`);
  if (keys.boolean('expert_weights_norm') === false) throw keys.unsupported('expert_weights_norm', 'is false');
  return { ...config(keys, routed), routing: { ...routed.routing, renormalize: true } };
}

/** The gate before, the one behind, what they gate: one tensor, in this order. */
function convolutionWeights(names: TensorNames, d: number, { taps }: ConvolutionShape): Plan<ConvolutionWeights> {
  const [wbefore, wgate, wv] = names.stacked('shortconv.in_proj.weight', [d, d, d], d);
  const [convolve] = names.stackedVectors('shortconv.conv.weight', [d * taps], taps);
  return { wbefore, wgate, wv, convolve, wo: names.matrix('shortconv.out_proj.weight', d, d) };
}

export const lfm2: Architecture = {
  name: 'lfm2',
  config: (keys) => config(keys),
  outputNorm: 'token_embd_norm',
  layer: (names, { embedding: d }, shape) => {
    const { mixer } = shape;
    const mixed =
      mixer.kind === 'convolution'
        ? convolutionWeights(names, d, mixer)
        : attention(names, d, shape, { qkNorm: 'head' });
    return preNormLayer(names, d, shape, mixed);
  },
};

export const lfm2moe: Architecture = { ...lfm2, name: 'lfm2moe', config: configOfExperts };
