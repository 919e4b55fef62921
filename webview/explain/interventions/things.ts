/** Which part of the model does a place in a picture stand for? What a right click, or its key, acts on. */
import type { ExpertName } from '../../../src/protocol/edit';
import type { LayerCard } from '../../../src/protocol/explanation';
import type { WhyPart } from '../../../src/protocol/whyApi';
import { t } from '../../shared/l10n';
import { headName, placedToken, type Placed } from '../words';

export type Thing =
  | { kind: 'head'; layer: number; head: number }
  | { kind: 'edge'; layer: number; head: number; query: number; key: number }
  /** `token`: the one that went through it, where the place stands for one. */
  | { kind: 'expert'; layer: number; expert: number; token: number | null }
  /** `expert`: null in dense layers. */
  | { kind: 'neuron'; layer: number; expert: ExpertName | null; neuron: number; token: number | null }
  | { kind: 'token'; token: number }
  | { kind: 'layer'; layer: number }
  /** A layer's whole feed-forward part at one token. */
  | { kind: 'mlp'; layer: number; token: number };

/** `from`: where in the element; `event`: null where the keyboard asks, whose place is then meant. */
type Find = (from: Element, event: MouseEvent | null) => Thing | null;

const finders = new WeakMap<Element, Find>();

/** Says what an element stands for, or how that is found out for a place in it. Gives the element back. */
export function standsFor<Own extends Element>(element: Own, thing: Thing | Find): Own {
  finders.set(element, typeof thing === 'function' ? thing : () => thing);
  return element;
}

/** Of the innermost element around that stands for anything there. */
export function thingAt(target: Element, event: MouseEvent | null): Thing | null {
  const from = event ? target : activeIn(target);
  for (let element: Element | null = from; element; element = element.parentElement) {
    const thing = finders.get(element)?.(from, event);
    if (thing) return thing;
  }
  return null;
}

/** In grids and lists the focus stays on the whole; where the keyboard is in it is told by its id. */
function activeIn(focused: Element): Element {
  const id = focused.getAttribute('aria-activedescendant');
  return (id && document.getElementById(id)) || focused;
}

export function thingWords(thing: Thing, run: Placed): string {
  switch (thing.kind) {
    case 'head':
      return headName(thing);
    case 'edge':
      return t('{0}: from {1} to {2}', headName(thing), placedToken(run, thing.query), placedToken(run, thing.key));
    case 'expert':
      return t('layer {0} expert {1}', thing.layer, thing.expert);
    case 'neuron':
      return t('layer {0} neuron {1}', thing.layer, neuronName(thing));
    case 'token':
      return placedToken(run, thing.token);
    case 'layer':
      return t('layer {0}', thing.layer);
    case 'mlp':
      return t('layer {0} feed-forward at {1}', thing.layer, placedToken(run, thing.token));
  }
}

export const neuronName = ({ expert, neuron }: { expert: ExpertName | null; neuron: number }): string =>
  expert === null ? String(neuron) : `${expert}.${neuron}`;

/**
 * What wrote a part of the answer after `token`. Undefined where that cannot be cut alone: an embedding, biases, and the
 * expert that every token goes through, beside those that are chosen. `cards`: [layers].
 */
export function partThing(part: WhyPart, token: number, cards: readonly LayerCard[]): Thing | undefined {
  switch (part.kind) {
    case 'head':
      return part;
    case 'expert':
      return { ...part, token };
    case 'feed-forward':
      return cards[part.layer]?.feedForward === 'dense' ? { kind: 'mlp', layer: part.layer, token } : undefined;
    case 'embedding':
    case 'constants':
      return undefined;
  }
}
