/** What a layer is, in words, and what a number between two tokens is called there. */
import type { MixerCard } from '../../../src/protocol/explanation';
import type { PanelToken } from '../../../src/protocol/explanation';
import { t } from '../../shared/l10n';
import { integer, percent, signedPrecise } from '../../shared/numbers';
import type { Run } from '../state/run';
import { hasInfluence, looksBothWays, maskOf, mixerOf, windowOf } from '../state/layers';
import { placedPairWords, tokenPlace, quoted } from '../words';

/** "attention", "attention over the last 128 tokens, with sinks", "gated delta network: no attention, a state". */
export function mixerWords(mixer: MixerCard, bothWays = false): string {
  switch (mixer.kind) {
    case 'attention':
      return attentionWords(mixer, bothWays);
    case 'delta':
      return t('gated delta network: no attention, a state instead');
    case 'mamba':
      return t('Mamba-2: no attention, a state instead');
    case 'convolution':
      return t('short convolution: no attention, fixed weights over the last {0} tokens', integer(mixer.taps));
  }
}

function attentionWords(mixer: Extract<MixerCard, { kind: 'attention' }>, bothWays: boolean): string {
  const { window, sinks, sharesWith } = mixer;
  if (sharesWith !== undefined) {
    const { sharesWith: _, ...own } = mixer;
    return t('{0}, looking at keys and values of layer {1}', attentionWords(own, bothWays), sharesWith);
  }
  if (mixer.latent) return t('attention to keys and values that are made from a latent');
  if (window && bothWays) return t('attention over {0} tokens to each side', integer(window - 1));
  if (window && sinks) return t('attention over the last {0} tokens, with sinks', integer(window));
  if (window) return t('attention over the last {0} tokens', integer(window));
  return sinks ? t('attention with sinks') : t('attention');
}

/** What is drawn of a layer without attention is not what it computed with; null where there is nothing to say. */
export function influenceWords(run: Run, layer: number): string | null {
  const mixer = mixerOf(run, layer);
  if (!mixer) return null;
  switch (mixer.kind) {
    case 'attention':
      return null;
    case 'convolution':
      return t(
        'Layer {0} has no attention: it is a gated short convolution, which sums the last {1} tokens with fixed weights. Drawn is how much of what it gives comes from each of them. It is signed and sums to 1.',
        layer,
        integer(mixer.taps),
      );
    case 'mamba':
      return t(
        'Layer {0} has no attention: it is Mamba-2. Drawn is its implied influence: how much of each earlier token’s value is in what the head reads of its state. It is signed and does not sum to 1.',
        layer,
      );
    case 'delta':
      return t(
        'Layer {0} has no attention: it is a gated delta network. Drawn is its implied influence: how much of each earlier token’s value is in what the head reads. It is signed and does not sum to 1.',
        layer,
      );
  }
}

/** What a number between two tokens of this layer is. */
export const measureName = (run: Run, layer: number): string =>
  hasInfluence(run, layer) ? t('Implied influence') : t('Weight');

/** How it is written. */
export const measureText = (run: Run, layer: number): ((value: number) => string) =>
  hasInfluence(run, layer) ? signedPrecise : percent;

/** What is said of a pair, also where the query cannot see the key; `value` null: not known yet. */
export function pairReadout(run: Run, layer: number, query: number, key: number, value: number | null): string {
  const masked = maskOf(run, layer, query, key);
  if (masked === 'later') return t('masked: a token cannot look at later ones');
  if (masked === 'outside') {
    const window = windowOf(run, layer);
    const words = looksBothWays(run)
      ? t('outside the window: this layer looks at {0} tokens to each side', integer(window - 1))
      : t('outside the window: this layer looks back over {0} tokens', integer(window));
    return `${pairOf(run.tokens, query, key)}: ${words}`;
  }
  if (!hasInfluence(run, layer)) return placedPairWords(run, query, key, value);
  return value === null
    ? pairOf(run.tokens, query, key)
    : `${pairOf(run.tokens, query, key)}: ${t('implied influence {0}', signedPrecise(value))} · ${tokenPlace(run, query)} → ${tokenPlace(run, key)}`;
}

const pairOf = (tokens: readonly PanelToken[], query: number, key: number): string =>
  t('query {0} → key {1}', quoted(tokens[query]), quoted(tokens[key]));

/** Layers that are alike together: "layers 0–2, 4–6: gated delta network …". */
export function layersWords(run: Run): string[] {
  const groups = new Map<string, number[]>();
  run.model?.layerCards.forEach(({ feedForward }, layer) => {
    const mixer = mixerWords(mixerOf(run, layer)!, looksBothWays(run));
    const words = feedForward === 'none' ? t('{0} (no feed-forward network)', mixer) : mixer;
    groups.set(words, [...(groups.get(words) ?? []), layer]);
  });
  return [...groups].map(([words, layers]) =>
    layers.length === 1 ? t('layer {0}: {1}', layers[0], words) : t('layers {0}: {1}', ranges(layers), words),
  );
}

/** "0–2, 4". */
export function ranges(rising: readonly number[]): string {
  const found: [number, number][] = [];
  for (const each of rising) {
    const last = found.at(-1);
    if (last && last[1] === each - 1) last[1] = each;
    else found.push([each, each]);
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
