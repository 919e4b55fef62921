/** Draw your own and watch the units fire. */
import type { ViewStage } from '../../../webview/milestones/experimentView';
import { h, setText } from '../../../webview/shared/dom';
import { latestOnly } from '../shared/drawingPad/latestOnly';
import { pad } from '../shared/drawingPad/pad';
import { t } from '../../../webview/shared/l10n';
import { decimal, signedDecimal } from '../../../webview/shared/numbers';
import { barPlot } from '../../../webview/shared/plot';
import type { Kind } from '../shared/drawings';
import type { Answer, Question } from './options';

export interface FiringPad {
  readonly element: HTMLElement;
  /** Whether there is a network to ask. */
  draw(final: boolean): void;
}

export const kindNames = (): Record<Kind, string> => ({
  cat: t('cat'),
  dog: t('dog'),
  face: t('face'),
  train: t('train'),
  house: t('house'),
});

export function firingPad(stage: ViewStage): FiringPad {
  const names = kindNames();
  const verdict = h('p', { class: 'cat-verdict', role: 'status', 'data-fires': '' });
  const bars = barPlot({
    title: t('What the best unit for each kind makes of it'),
    hint: t('How far the unit’s response is above the place from where it fires; to the left it is silent.'),
    value: { label: t('response above the threshold'), format: signedDecimal },
  });
  let ready = false;
  const ask = latestOnly(async (pixels: Float32Array) => {
    if (!ready) return setText(verdict, t('There is nobody to look yet: run the experiment first.'));
    if (pixels.every((value) => value === 0)) {
      verdict.dataset.fires = '';
      return setText(verdict, t('The sheet is empty.'));
    }
    try {
      const question: Question = { pixels };
      tell(await stage.ask<Answer>(question));
    } catch {
      setText(verdict, t('This network is no longer kept; run the experiment again.'));
    }
  });
  const tell = ({ responses }: Answer): void => {
    const cat = responses.find(({ kind }) => kind === 'cat')!;
    const fires = cat.response >= cat.threshold;
    verdict.dataset.fires = String(fires);
    setText(
      verdict,
      fires
        ? t('The cat unit fires: {0}, from {1} on.', decimal(cat.response), decimal(cat.threshold))
        : t('The cat unit is silent: {0}, it fires from {1} on.', decimal(cat.response), decimal(cat.threshold)),
    );
    bars.set(
      responses.map(({ kind, response, threshold }) => ({
        name: names[kind],
        value: response - threshold,
        series: response >= threshold ? 0 : 6,
      })),
    );
  };
  const sheet = pad({ kindName: (kind) => names[kind], changed: ask });
  return {
    element: h(
      'section',
      { 'data-section': 'pad' },
      h('h3', {}, t('Draw your own')),
      h('p', {}, t('Draw a cat, and watch whether the unit fires. Then draw a dog.')),
      sheet.element,
      verdict,
      bars.element,
    ),
    draw(final) {
      ready = final;
      if (final) ask(sheet.pixels);
    },
  };
}
