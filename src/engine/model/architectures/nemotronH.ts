/**
 * Nemotron-H (NVIDIA 2025), with experts or without: Mamba-2, attention that does not turn, and networks of squared ReLUs are blocks
 * of their own. A block that mixes positions and the network behind it, where there is one, are a layer here.
 */
import type { ModelConfig } from '../config';
import type { Keys } from '../keys';
import type { Plan, TensorNames } from '../plan';
import type { FeedForwardShape, LayerShape } from '../shape';
import type { Layer } from '../layerWeights';
import type { Architecture } from './architecture';
import { decoder, MAX } from './decoder';
import { mambaNetwork, mambaShape } from './mambaNetwork';
import { attention, mixture, mlp } from './parts';
import { withRouting } from './routing';

const NO_NETWORK: FeedForwardShape = { hidden: 0, experts: 0, expertsUsed: 0, sharedHidden: 0 };

function config(keys: Keys): ModelConfig {
  const turns = (): boolean => false;
  const conventions = { ropePairing: 'half', activation: 'relu-squared', mixed: true, eitherEpsilon: true } as const;
  const blocks = withRouting(keys, decoder(keys, { ...conventions, turns }), 'sigmoid');
  const hidden = keys.perLayer('feed_forward_length', blocks.layers, MAX.embedding, 0);
  if (!hidden) throw keys.invalid('feed_forward_length', 'is missing: it tells which blocks are networks');
  const mamba = mambaShape(keys);
  const shapes: (LayerShape & { blocks: number[] })[] = [];
  blocks.shapes.forEach(({ mixer, feedForward }, block) => {
    if (hidden[block] === 0) {
      const own = mixer.kvHeads === 0 ? mamba : mixer;
      return shapes.push({ mixer: own, feedForward: NO_NETWORK, blocks: [block] });
    }
    const last = shapes.at(-1);
    if (!last || last.blocks.length > 1) {
      throw keys.unsupported('feed_forward_length', `says that block ${block} is a network behind none that mixes`);
    }
    last.feedForward = feedForward;
    last.blocks.push(block);
  });
  const heads = Math.max(...shapes.map(({ mixer }) => mixer.heads));
  return { ...blocks, shapes, layers: shapes.length, heads };
}

function layer(names: TensorNames, d: number, shape: LayerShape): Plan<Layer> {
  const { mixer, feedForward, blocks } = shape;
  const [mixing, behind] = blocks!.map((block) => names.ofBlock(block));
  const mixed = mixer.kind === 'mamba' ? mambaNetwork(mixing, d, mixer) : attention(mixing, d, shape);
  const own = { attentionNorm: mixing.norm('attn_norm', d), mixer: mixed };
  if (!behind) return own;
  const network =
    feedForward.experts > 0
      ? { moe: mixture(behind, d, feedForward, false) }
      : { dense: mlp(behind, d, feedForward.hidden) };
  return { ...own, feedForwardNorm: behind.norm('attn_norm', d), ...network };
}

export const nemotronH: Architecture = {
  name: 'nemotron_h',
  config,
  layer: (names, { embedding: d }, shape) => layer(names, d, shape),
};
export const nemotronHMoe: Architecture = { ...nemotronH, name: 'nemotron_h_moe' };
