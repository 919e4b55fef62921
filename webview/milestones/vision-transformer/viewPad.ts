/** Draw your own: what each net calls it, and how much each patch counts. */
import { type Answer, GRID, type Learned } from '../../../src/milestones/vision-transformer/options';
import { KINDS, type Kind } from '../../../src/shared/drawings';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { heatGrid } from '../../shared/plot';
import { askingPad, kindNames, type AskingPad } from '../drawingPad/askingPad';
import type { ViewStage } from '../experimentView';

export function patchPad(stage: ViewStage): AskingPad {
  const names = kindNames();
  const verdict = h('p', { role: 'status', 'data-named': '' });
  const parts = heatGrid({
    title: t('How much each patch counts'),
    hint: t('Rolled-out attention of the net of patches; all patches together are 100%.'),
    value: t('share'),
    kind: 'amount',
    columnLabel: t('column'),
    rowLabel: t('row'),
    format: roundPercent,
    numbers: true,
  });
  const picture = h('div', { class: 'plots', 'data-section': 'rollout' }, parts.element);
  const places = Array.from({ length: GRID }, (_, at) => String(at + 1));
  return askingPad<Answer>({
    stage,
    invitation: t('Draw something, then move it by some pixels: a patch cuts it at another place.'),
    inPlace: true,
    verdict,
    mark: 'named',
    picture,
    asking: (answerable) => show(picture, answerable),
    tell({ shares, rollout }) {
      const said = (net: Learned): string => {
        const most = Math.max(...shares[net]);
        const kind: Kind = KINDS[shares[net].indexOf(most)];
        return t('{0} ({1})', names[kind], roundPercent(most));
      };
      verdict.dataset.named = KINDS[shares.patches.indexOf(Math.max(...shares.patches))];
      setText(
        verdict,
        t(
          'Convolutions: {0}. Attention over patches: {1}. Without their places: {2}.',
          said('convolutions'),
          said('patches'),
          said('placeless'),
        ),
      );
      parts.set({
        columns: places,
        rows: places,
        values: places.map((_, row) => rollout.slice(row * GRID, (row + 1) * GRID)),
      });
    },
  });
}
