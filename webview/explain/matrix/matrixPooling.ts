/** What a cell of the matrix stands for, in words: how many weights, their largest or their mean, and which are left out. */
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { radioGroup } from '../../shared/toolkit';
import type { Stage } from '../stage';

/** `pool`: weights on a side of a cell. */
export function matrixPooling({ options }: Stage): {
  element: HTMLElement;
  draw(pool: number, influence: boolean): void;
} {
  const words = h('p', { class: 'hint' });
  const choice = radioGroup<'max' | 'mean'>(
    t('What a cell of several weights shows'),
    [
      ['max', t('Largest')],
      ['mean', t('Mean')],
    ],
    options.pool,
    (pool) => options.change({ pool }),
  );
  const several = h('div', { class: 'under' }, words, choice.element);
  const dimmed = h(
    'p',
    { class: 'hint' },
    t('Sinks are dimmed: weights on the first token and on line breaks are left out here.'),
  );
  return {
    element: h('div', { class: 'pooling' }, several, dimmed),
    draw(pool, influence) {
      show(several, pool > 1);
      show(choice.element, !influence);
      show(dimmed, options.dimSinks && !influence);
      choice.set(options.pool);
      if (pool === 1) return;
      setText(
        words,
        influence
          ? t('Each cell shows the one of {0} × {0} influences that is largest by size.', pool)
          : options.pool === 'max'
            ? t('Each cell shows the largest of {0} × {0} weights.', pool)
            : t('Each cell shows the mean of {0} × {0} weights.', pool),
      );
    },
  };
}
