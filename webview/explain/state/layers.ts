/** What a layer of the model on show is, and whether one of its heads can see a key from a query. No DOM. */
import type { MixerCard, ModelCard } from '../../../src/protocol/explanation';

/** What is asked about: a run, or what of it is at hand. */
interface OfModel {
  model: Pick<ModelCard, 'layerCards' | 'bothWays'> | null;
}

export function mixerOf({ model }: OfModel, layer: number): MixerCard | undefined {
  return model?.layerCards[layer]?.mixer;
}

/** A layer that looks at no position: what is drawn of it is its implied influence. */
export const hasInfluence = (run: OfModel, layer: number): boolean =>
  (mixerOf(run, layer)?.kind ?? 'attention') !== 'attention';

/** How many positions a query of this layer sees, its own among them. */
export function windowOf(run: OfModel, layer: number): number {
  const mixer = mixerOf(run, layer);
  if (!mixer) return Infinity;
  switch (mixer.kind) {
    case 'attention':
      return mixer.window ?? Infinity;
    case 'convolution':
      return mixer.taps;
    case 'delta':
    case 'mamba':
      return Infinity;
  }
}

/** What stands where other layers have attention. */
export function inPlaceOf({ kind }: MixerCard): 'attention' | 'convolution' | 'state' {
  switch (kind) {
    case 'attention':
    case 'convolution':
      return kind;
    case 'delta':
    case 'mamba':
      return 'state';
  }
}

export const hasSinks = (run: OfModel, layer: number): boolean => {
  const mixer = mixerOf(run, layer);
  return mixer?.kind === 'attention' && mixer.sinks === true;
};

/** Heads whose weights can be read: those that the layer has, where it has attention. */
export function hasWeights(run: OfModel, { layer, head }: { layer: number; head: number }): boolean {
  const mixer = mixerOf(run, layer);
  return mixer?.kind === 'attention' && head < mixer.heads;
}

/** Whether the layer has this head at all. */
export const isHead = (run: OfModel, { layer, head }: { layer: number; head: number }): boolean =>
  head < (mixerOf(run, layer)?.heads ?? Infinity);

/** Every token sees all others, the later ones, too, and none is predicted. */
export const looksBothWays = ({ model }: OfModel): boolean => model?.bothWays === true;

/** Why a query cannot see a key, whatever they are; null: it can. */
export type Mask = 'later' | 'outside';
export function maskOf(run: OfModel, layer: number, query: number, key: number): Mask | null {
  if (key > query && !looksBothWays(run)) return 'later';
  return Math.abs(query - key) >= windowOf(run, layer) ? 'outside' : null;
}
