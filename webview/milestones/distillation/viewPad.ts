/** Draw your own, and see what the nets call it. */
import type { ViewStage } from '../experimentView';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { heatGrid } from '../../shared/plot';
import { KINDS, type Kind } from '../../../src/shared/drawings';
import { askingPad, kindNames } from '../drawingPad/askingPad';
import type { Answer } from '../../../src/milestones/distillation/options';

export interface NamingPad {
  readonly element: HTMLElement;
  draw(final: boolean, temperature: number): void;
}

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
  let heat = 1;
  const { element, draw } = askingPad<Answer>({
    stage,
    invitation: t('Something between a cat and a dog shows best what soft targets are.'),
    verdict,
    mark: 'named',
    picture: grid.element,
    asking: (answerable) => show(grid.element, answerable),
    tell({ teacher, softened, all, soft, hard }) {
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
    },
  });
  return {
    element,
    draw(final, temperature) {
      heat = temperature;
      draw(final);
    },
  };
}
