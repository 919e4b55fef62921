/**
 * Gemma 4: Gemma 3's layer with heads of another size in layers that see a window, values normalised without weights, which the
 * keys' matrix makes where they have none, scores that are not scaled, and a factor behind each layer; E2B and E4B also give each
 * layer a part of a token's row in a table of its own, and their last layers read keys and values of earlier ones; 26B has experts
 * beside the network, each of the two with norms of its own before and behind, and so has the router.
 */
import type { Keys } from '../keys';
import type { Architecture } from './architecture';
import { decoder, MAX, type DecoderConfig } from './decoder';
import { networkWithExperts } from './networkWithExperts';
import { attention } from './parts';
import { windowsOf } from './window';

function config(keys: Keys): DecoderConfig {
  const base = decoder(keys, { ropePairing: 'half', activation: 'gelu' });
  const windows = windowsOf(keys, base.layers, 1);
  const whole = base.shapes[0].mixer;
  const headDim = keys.integer('attention.key_length_swa', MAX.headDim) ?? whole.keyDim;
  const ofValues = keys.integer('attention.value_length_swa', MAX.headDim) ?? headDim;
  if (ofValues !== headDim) {
    throw keys.unsupported('attention.value_length_swa', `is ${ofValues}, other than the keys' ${headDim}`);
  }
  const dim = keys.integer('rope.dimension_count_swa', headDim) ?? Math.min(whole.rope!.dim, headDim);
  if (dim % 2 !== 0) throw keys.invalid('rope.dimension_count_swa', `is ${dim}, which is odd`);
  const rope = { dim, theta: keys.positive('rope.freq_base_swa') ?? 10_000, scale: 1, magnitude: 1 };
  const shared = keys.integer('attention.shared_kv_layers', base.layers - 2, 0) ?? 0;
  const perLayer = keys.integer('embedding_length_per_layer_input', MAX.embedding, 0) || undefined;
  return {
    ...base,
    ...(perLayer && { perLayer }),
    embeddingScale: Math.sqrt(base.embedding),
    logitSoftcap: (keys.number('final_logit_softcapping') ?? 30) || undefined, // llama.cpp's where the file names none
    shapes: base.shapes.map(({ mixer, feedForward }, l) => {
      const window = windows[l];
      const own = window === undefined ? {} : { headDim, keyDim: headDim, window, rope };
      const sharesWith = lender(keys, windows, l, base.layers - shared);
      const sharedHidden = feedForward.experts > 0 ? keys.rowsOf(`blk.${l}.ffn_up.weight`) : 0;
      return {
        mixer: { ...mixer, scale: 1, ...own, ...(sharesWith !== undefined && { sharesWith }) },
        feedForward: { ...feedForward, sharedHidden },
      };
    }),
  };
}

/** Of the layers from `first` on: the last of their kind before (llama.cpp takes the last but one for those with a window). */
function lender(keys: Keys, windows: readonly (number | undefined)[], l: number, first: number): number | undefined {
  if (l < first) return undefined;
  const from = first - (windows[l] === undefined ? 1 : 2);
  if (windows[from] === windows[l]) return from;
  throw keys.unsupported('attention.shared_kv_layers', `has layer ${l} read layer ${from}, which sees otherwise`);
}

export const gemma4: Architecture = {
  name: 'gemma4',
  config,
  layer: (names, { embedding: d, perLayer }, shape) => ({
    attentionNorm: names.norm('attn_norm', d),
    mixer: attention(names, d, shape, { qkNorm: 'head', plainValues: true }),
    attentionPostNorm: names.norm('post_attention_norm', d),
    ...networkWithExperts(names, d, shape.feedForward),
    feedForwardPostNorm: names.norm('post_ffw_norm', d),
    ...(perLayer && {
      perLayer: {
        gate: names.matrix('inp_gate.weight', perLayer, d),
        up: names.matrix('proj.weight', d, perLayer),
        norm: names.norm('post_norm', d),
      },
    }),
  }),
  layerScale: 'layer_output_scale.weight',
};
