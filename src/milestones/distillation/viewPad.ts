/** Draw your own, and see what the nets call it. */
import type { ViewStage } from '../../../webview/milestones/experimentView';
import { h, setText, show } from '../../../webview/shared/dom';
import { t } from '../../../webview/shared/l10n';
import { roundPercent } from '../../../webview/shared/numbers';
import { heatGrid } from '../../../webview/shared/plot';
import { latestOnly } from '../shared/drawingPad/latestOnly';
import { pad } from '../shared/drawingPad/pad';
import { KINDS, type Kind } from '../shared/drawings';
import type { Answer, Question } from './options';

export interface NamingPad {
  readonly element: HTMLElement;
  draw(final: boolean, temperature: number): void;
}

export const kindNames = (): Record<Kind, string> => ({
  cat: t('cat'),
  dog: t('dog'),
  face: t('face'),
  train: t('train'),
  house: t('house'),
});

export function namingPad(stage: ViewStage): NamingPad {
  const names = kindNames();
  const verdict = h('p', { role: 'status', 'data-named': '' });
  const grid = heatGrid({
    title: t('What the nets call it'),
    value: t('probability'),
    kind: 'amount',
    columnLabel: t('answer'),
    rowLabel: t('net'),
    format: roundPercent,
    numbers: true,
  });
  let [ready, heat] = [false, 1];
  const tell = ({ teacher, softened, all, soft, hard }: Answer): void => {
    const best = (answer: readonly number[]): Kind => KINDS[answer.indexOf(Math.max(...answer))];
    verdict.dataset.named = best(teacher);
    setText(
      verdict,
      t(
        'Teacher: {0}. Soft targets: {1}. Hard targets: {2}.',
        names[best(teacher)],
        names[best(soft)],
        names[best(hard)],
      ),
    );
    grid.set({
      columns: KINDS.map((kind) => names[kind]),
      rows: [t('teacher'), t('teacher at {0}', heat), t('all data'), t('soft'), t('hard')],
      values: [teacher, softened, all, soft, hard],
    });
  };
  const ask = latestOnly(async (pixels: Float32Array) => {
    const blank = pixels.every((value) => value === 0);
    show(grid.element, ready && !blank);
    if (!ready) return setText(verdict, t('There is nobody to look yet: run the experiment first.'));
    if (blank) {
      verdict.dataset.named = '';
      return setText(verdict, t('The sheet is empty.'));
    }
    try {
      const question: Question = { pixels };
      tell(await stage.ask<Answer>(question));
    } catch {
      setText(verdict, t('This network is no longer kept; run the experiment again.'));
    }
  });
  const sheet = pad({ kindName: (kind) => names[kind], changed: ask });
  return {
    element: h(
      'section',
      { 'data-section': 'pad' },
      h('h3', {}, t('Draw your own')),
      h('p', {}, t('Something between a cat and a dog shows best what soft targets are.')),
      sheet.element,
      verdict,
      grid.element,
    ),
    draw(final, temperature) {
      [ready, heat] = [final, temperature];
      if (final) ask(sheet.pixels);
    },
  };
}
