/** What is under the pointer, in words, below the text. */
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { button } from '../../shared/toolkit';
import { setWords } from '../chips';
import type { Stage } from '../stage';
import { pairReadout } from '../heads/layerWords';
import { placedTokenWords, tokenHover, pairIndices } from '../words';

export function textReadout(stage: Stage): { element: HTMLElement; draw(): void } {
  const { selection } = stage;
  const about = h('span', { class: 'about' });
  const pair = h('span', { class: 'pair' });
  const reveal = button(
    t('Show in editor'),
    () => void stage.host.call('reveal', { token: selection.token }).catch(() => {}),
    { sign: '↗' },
  );
  return {
    element: h('div', { class: 'readout' }, h('span', { class: 'words' }, about, pair), reveal),
    draw() {
      const run = stage.run();
      if (!run) return;
      const { head, token, direction, pointed } = selection;
      const shown = pointed ?? token;
      setWords(about, placedTokenWords(run, shown));
      about.title = tokenHover(run, shown);
      const row = stage.weights.peek(head, token, direction);
      if (row && pointed !== null) setWords(pair, weightWords(pointed, row[pointed]));
      else if (row) setWords(pair, strongestWords(row));
      else setWords(pair, '');
      reveal.toggleAttribute('disabled', run.tokens[token].charEnd === run.tokens[token].charStart);

      function weightWords(other: number, weight: number): string {
        const [query, key] = direction === 'from' ? [token, other] : [other, token];
        pair.title = pairIndices(query, key);
        return pairReadout(run!, head.layer, query, key, weight);
      }
      function strongestWords(weights: Float32Array): string {
        let strongest = 0;
        weights.forEach((weight, other) => Math.abs(weight) > Math.abs(weights[strongest]) && (strongest = other));
        return t('most: {0}', weightWords(strongest, weights[strongest]));
      }
    },
  };
}
