/** What the editor tells of a token under the heat: how likely it was, what was likelier, and where the head on show looked. */
import * as vscode from 'vscode';
import type { PlainHover } from '../host/hover';
import { controlPictures } from '../shared/controlPictures';
import { readableLabel } from '../shared/tokenLabel';
import type { HeatSource, ShownHeat } from './editorHeat';
import { heatMeaning, placedToken, probabilityWords, share } from './heatWords';

/** Undefined outside the text, and where it has changed since: the numbers would be another token's. */
export async function tokenHover(
  shown: ShownHeat,
  source: HeatSource,
  position: vscode.Position,
  signal: AbortSignal,
): Promise<PlainHover | undefined> {
  const { link, logprobs, look } = shown;
  const token = link.tokenAt(position);
  if (token === undefined || token >= logprobs.length || token >= link.firstStale) return undefined;
  const range = link.rangeOf(token);
  if (!range) return undefined;
  const { t } = vscode.l10n;
  const [expected, weights] = await Promise.all([
    token > 0 ? source.predictions(token - 1, signal) : [],
    source.weights({ ...look, token, direction: 'from' }, signal),
  ]);
  const likeliest = expected.map(({ label, probability }) =>
    t('‘{0}’ {1}', controlPictures(readableLabel(label)), share(probability)),
  );
  const lines = [
    probabilityWords(link, token, logprobs[token]),
    ...(likeliest.length > 0 ? [t('Likeliest here: {0}', likeliest.join(' · '))] : []),
    lookWords(shown, token, weights),
    heatMeaning(shown),
  ];
  return { lines, range };
}

/** The strongest look back; heads rest on the first token, which is said apart. `weights`: [tokens]. */
function lookWords({ link, look }: ShownHeat, token: number, weights: Float32Array): string {
  const { t } = vscode.l10n;
  let key = Math.min(1, token);
  for (let k = key + 1; k <= token; k++) if (weights[k] > weights[key]) key = k;
  const words = [look.layer, look.head, placedToken(link, key), share(weights[key])] as const;
  if (key > 0 && weights[0] > weights[key]) {
    return t(
      'Layer {0} head {1} rests on the first token ({4}); beyond it, it looks most at {2}: {3}',
      ...words,
      share(weights[0]),
    );
  }
  return t('Layer {0} head {1} looks from here most at {2}: {3}', ...words);
}
