/** What the heat says of itself and of one token, in words: foreign text in it is still to be shown as text. */
import * as vscode from 'vscode';
import { MOST_SURPRISAL } from '../shared/color';
import { controlPictures } from '../shared/controlPictures';
import { surprisalBits } from '../shared/surprisal';
import { labelled } from '../shared/tokenLabel';
import type { ShownHeat } from './editorHeat';
import type { EditorLink } from './editorLink';

/** Layers and heads count from 0, as in the panel. */
export const shortHead = ({ layer, head }: { layer: number; head: number }): string => `L${layer}H${head}`;

/** "‘return’ (12:5)"; without a place where its characters were changed. */
export function placedToken(link: EditorLink, token: number): string {
  const { t } = vscode.l10n;
  const { charStart, charEnd } = link.tokens[token];
  if (charEnd <= charStart) return t('the beginning of the text');
  // Of a character that several tokens share, the label says which of its bytes this one is.
  let first = token;
  while (first > 0 && link.tokens[first - 1].charStart === charStart) first--;
  const { label } = labelled(link.tokens.slice(first, token + 1), link.text).at(-1)!;
  const start = link.rangeOf(token)?.start;
  const word = t('‘{0}’', controlPictures(label));
  return start ? t('{0} ({1}:{2})', word, start.line + 1, start.character + 1) : word;
}

/** In one line: which colours these are. */
export function heatMeaning({ link, kind, look }: ShownHeat): string {
  const { t } = vscode.l10n;
  if (kind === 'surprisal')
    return t('Colours: how surprising each token was, from 0 to {0} bits and more.', MOST_SURPRISAL);
  const words = [look.layer, look.head, placedToken(link, look.token)] as const;
  return look.direction === 'from'
    ? t('Colours: where layer {0} head {1} looks from {2}; the strongest colour is its largest weight.', ...words)
    : t(
        'Colours: which tokens look at {2} in layer {0} head {1}; the strongest colour is the largest weight.',
        ...words,
      );
}

export function probabilityWords(link: EditorLink, token: number, logprob: number): string {
  const { t } = vscode.l10n;
  const words = placedToken(link, token);
  if (Number.isNaN(logprob)) return t('{0}: there was nothing to predict it from.', words);
  const bits = surprisalBits(logprob).toLocaleString(vscode.env.language, { maximumFractionDigits: 1 });
  return t('{0}: expected with {1}, {2} bits of surprisal', words, share(Math.exp(logprob)), bits);
}

/** "32%", "0.41%"; two digits, which all kernels agree on. */
export function share(value: number): string {
  const format = { style: 'percent', maximumSignificantDigits: 2 } as const;
  if (value > 0 && value < 1e-4) return `<${(1e-4).toLocaleString(vscode.env.language, format)}`;
  return value.toLocaleString(vscode.env.language, format);
}
