/** What a head's learned sink took of the token's weight, beside the text: nothing is read there. */
import { css, placeOf, stepOf } from '../../../src/shared/color';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { percent } from '../../shared/numbers';
import { theme } from '../../shared/theme';

export interface SinkLine {
  readonly element: HTMLElement;
  /** `weight` undefined: the head has none; `largest`: where the colours end. */
  draw(weight: number | undefined, largest: number): void;
}

export function sinkLine(): SinkLine {
  const words = h('span', { class: 'sink' });
  const element = h(
    'p',
    {
      class: 'sink-line',
      title: t('A score beside the keys’, learned with the head: it takes weight and gives nothing.'),
    },
    words,
  );
  show(element, false);
  return {
    element,
    draw(weight, largest) {
      show(element, weight !== undefined);
      if (weight === undefined) return;
      setText(words, t('learned sink: {0}', percent(weight)));
      words.style.setProperty('--heat', css(theme().heat.colors[stepOf(placeOf(weight, largest))]));
    },
  };
}
