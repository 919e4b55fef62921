/** Qwen 3.5 and 3.6, dense or with experts: gated delta networks in three of four layers, gated attention in the others. */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { RopeShape } from '../mixers/attentionParts';
import type { Architecture } from './architecture';
import { decoder, MAX } from './decoder';
import { attention, attentionShape, preNormLayer } from './parts';
import { deltaNetwork, deltaShape, recurrentLayers } from './deltaNetwork';

function config(keys: Keys): ModelConfig {
  const base = decoder(keys, { ropePairing: 'half', predictsFurther: true, mixed: true });
  readOllama(keys);
  const recurrent = recurrentLayers(keys, base.layers, base.further);
  const sections = sectionsOf(keys);
  const delta = deltaShape(keys, false);
  const shapes = base.shapes.map(({ mixer, feedForward }, l) => {
    if (recurrent[l]) return { mixer: delta, feedForward };
    if (mixer.kvHeads === 0) throw keys.invalid('attention.head_count_kv', `is 0 for layer ${l}, which has attention`);
    const rope: RopeShape = { ...mixer.rope!, sections };
    return { mixer: { ...mixer, rope, gated: true }, feedForward };
  });
  return { ...base, shapes, heads: Math.max(...shapes.map(({ mixer }) => mixer.heads)) };
}

/**
 * What Ollama's files say beside (its convert/convert_qwen3next.go): the encoder of images in the same file, sections of the
 * rotation twice more, and conventions that are always those of this architecture, or the file is refused.
 */
function readOllama(keys: Keys): void {
  keys.passOver(/^vision\.|^image_token_id$|^vision_(?:start|end)_token_id$|^mrope_sections$|^rope\.mrope_section$/);
  for (const name of ['ssm.v_head_reordered', 'rope.mrope_interleaved', 'norm_top_k_prob']) {
    if (keys.boolean(name) === false) throw keys.unsupported(name, 'is false');
  }
}

/** To time, height, width, and what is left. Ollama writes three. */
function sectionsOf(keys: Keys): number[] {
  const sections = keys.integers('rope.dimension_sections', 4, MAX.headDim);
  if (!sections || sections.length < 3 || sections.every((section) => section === 0)) {
    throw keys.invalid('rope.dimension_sections', 'must be three or four whole numbers that are not all 0');
  }
  return sections;
}

export const layer: Architecture['layer'] = (names, { embedding: d }, shape) => {
  const { mixer } = shape;
  if (mixer.kind === 'delta')
    return preNormLayer(names, d, shape, deltaNetwork(names, d, mixer), 'post_attention_norm');
  const { heads, headDim } = attentionShape(shape);
  // Of each head first what makes the query, then what makes the gate.
  const [wq, wgate] = names.dealt('attn_q.weight', [headDim, headDim], heads, d);
  const mixed = { ...attention(names, d, shape, { qkNorm: 'head' }), wq, wgate };
  return preNormLayer(names, d, shape, mixed, 'post_attention_norm');
};

/** Images' encoder and prediction blocks in Ollama's files, where the text is the same without them. */
const ignored = /^(?:v|mm|mtp)\./;

export const qwen35: Architecture = { name: 'qwen35', config, layer, ignored };
export const qwen35moe: Architecture = { name: 'qwen35moe', config, layer, ignored };
