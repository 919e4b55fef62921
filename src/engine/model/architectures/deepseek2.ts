/**
 * DeepSeek V2, V3 and R1, GLM 4.7 Flash: attention by latents, experts in groups, one for every token beside them, the first
 * layers dense.
 */
import type { Keys } from '../keys';
import type { RopeShape } from '../mixers/attentionParts';
import type { Architecture } from './architecture';
import { decoder, MAX, type DecoderConfig } from './decoder';
import { latentAttention } from './latentAttention';
import { preNormLayer } from './parts';
import { withRouting } from './routing';

/** llama.cpp tells GLM 4.7 Flash, whose files do not name their routers' scores, by its sizes. */
const FLASH = { layers: [47, 48], vocabulary: 154_880 };

function config(keys: Keys): ReturnType<Architecture['config']> {
  const base = decoder(keys, { ropePairing: 'adjacent', predictsFurther: true, valuesApart: true });
  keys.passOver(/^rope\.scaling\.yarn_beta_(fast|slow)$/); // as llama.cpp does: its deepseek2 always has 32 and 1
  // Files whose keys' matrices are apart say the sizes of one head for all under the usual names.
  const keyDim = keys.integer('attention.key_length_mla', MAX.headDim) ?? base.shapes[0].mixer.keyDim;
  const headDim = keys.integer('attention.value_length_mla', MAX.headDim) ?? base.shapes[0].mixer.headDim;
  const latentOfKeys = keys.integerRequired('attention.kv_lora_rank', MAX.embedding);
  const rise = keys.number('attention.temperature_scale') || 0;
  const temperature =
    rise === 0 ? undefined : { rise, every: keys.integerRequired('attention.temperature_length', 2 ** 31) };
  const multiplier = (keys.number('rope.scaling.yarn_log_multiplier') ?? 0) / 0.1;
  const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
    const { rope, magnitude } = scaled(mixer.rope!, multiplier);
    if (rope.dim >= keyDim) throw keys.invalid('rope.dimension_count', `is ${rope.dim}, all of a key's ${keyDim}`);
    const latent = { queries: keys.rowsOf(`blk.${l}.attn_q_a.weight`), keys: latentOfKeys };
    const sizes = { kvHeads: mixer.heads, keyDim, headDim, latent };
    const turning = { ...rope, after: keyDim - rope.dim };
    const scale = magnitude ** 2 / Math.sqrt(keyDim);
    return { mixer: { ...mixer, ...sizes, scale, temperature, rope: turning }, feedForward };
  });
  refuseContradictions(keys, shapes, latentOfKeys);
  const isFlash = FLASH.layers.includes(base.layers) && keys.rowsOf('token_embd.weight') === FLASH.vocabulary;
  return withRouting(keys, { ...base, shapes }, isFlash ? 'sigmoid' : 'softmax');
}

/** The tensors tell which layers are dense and whether queries have a latent; a file that says otherwise is another model. */
function refuseContradictions(keys: Keys, shapes: DecoderConfig['shapes'], latentOfKeys: number): void {
  const firstOfExperts = shapes.findIndex(({ feedForward }) => feedForward.experts > 0);
  keys.agree('leading_dense_block_count', firstOfExperts < 0 ? shapes.length : firstOfExperts);
  for (const { mixer } of shapes) keys.agree('attention.q_lora_rank', mixer.latent!.queries);
  if (keys.integer('attention.key_length_mla', MAX.headDim) === undefined) return;
  keys.agree('attention.key_length', latentOfKeys + shapes[0].mixer.rope!.dim);
  keys.agree('attention.value_length', latentOfKeys);
}

/** llama.cpp moves YaRN's magnitude from what turns to the scores (deepseek2.cpp, llama-context.cpp), and has it without YaRN too. */
function scaled(rope: RopeShape, multiplier: number): { rope: RopeShape; magnitude: number } {
  const grown = 1 + 0.1 * Math.log(rope.scale);
  const plain = rope.yarn ? rope.magnitude / grown : rope.magnitude;
  const moved = rope.yarn !== undefined && multiplier !== 0;
  const magnitude = plain * (moved ? 1 : grown) * (1 + 0.1 * multiplier * Math.log(rope.scale));
  return { rope: { ...rope, ...(moved && { magnitude: plain }) }, magnitude };
}

export const deepseek2: Architecture = {
  name: 'deepseek2',
  config,
  layer: (names, { embedding: d }, shape) => preNormLayer(names, d, shape, latentAttention(names, d, shape)),
};
