/** Draw your own: what each net calls it, and where the learned filters respond. */
import type { ViewStage } from '../experimentView';
import { h, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, roundPercent } from '../../shared/numbers';
import { heatGrid } from '../../shared/plot';
import { tableTwin } from '../../shared/tableTwin';
import { askingPad, kindNames, type AskingPad } from '../drawingPad/askingPad';
import { thumbnails } from '../drawingPad/thumbnails';
import { KINDS, type Kind } from '../../../src/shared/drawings';
import { CONTENDERS, type Answer, type Contender, MAP } from '../../../src/milestones/alexnet/options';

export function namingPad(stage: ViewStage): AskingPad {
  const names = kindNames();
  // Short, for the rows of the grid.
  const nets: Record<Contender, string> = {
    relu: t('rectified'),
    tanh: t('tanh'),
    equalWeights: t('equal weights'),
    equalOperations: t('equal work'),
  };
  const verdict = h('p', { role: 'status', 'data-named': '' });
  const grid = heatGrid({
    title: t('What the nets call it'),
    hint: t(
      'With convolutions: rectified units and tanh. Without: of equal weights and of equal multiply-adds (work).',
    ),
    value: t('probability'),
    kind: 'amount',
    columnLabel: t('answer'),
    rowLabel: t('net'),
    format: roundPercent,
    numbers: true,
  });
  const maps = thumbnails({
    title: t('Where each filter responds'),
    hint: t(
      'One map for each filter of the net with rectified units, all on one scale. Below: its strongest response.',
    ),
    side: MAP,
    zoom: 3,
    captions: true,
  });
  let responses: Answer['responses'] = [];
  const table = tableTwin(() => ({
    caption: t('Responses of the filters; rows and columns are places of the {0} by {0} map', MAP),
    columns: [t('filter'), t('strongest'), t('row'), t('column'), t('mean')],
    rows: responses.map(({ strongest, mean, row, column }, at) => [
      String(at + 1),
      decimal(strongest),
      strongest > 0 ? String(row + 1) : '–',
      strongest > 0 ? String(column + 1) : '–',
      decimal(mean),
    ]),
  }));
  const picture = h('div', { class: 'plots', 'data-section': 'maps' }, grid.element, maps.element, table.element);
  return askingPad<Answer>({
    stage,
    invitation: t(
      'Where it stands on the sheet counts here. Draw something, then move it: which nets change their mind?',
    ),
    inPlace: true,
    verdict,
    mark: 'named',
    picture,
    asking: (answerable) => show(picture, answerable),
    tell({ shares, maps: bytes, responses: now }) {
      const best = (name: Contender): Kind => KINDS[shares[name].indexOf(Math.max(...shares[name]))];
      verdict.dataset.named = best('relu');
      setText(
        verdict,
        t(
          'With convolutions: {0}. Without, as many weights: {1}. Without, as many multiply-adds: {2}.',
          names[best('relu')],
          names[best('equalWeights')],
          names[best('equalOperations')],
        ),
      );
      grid.set({
        columns: KINDS.map((kind) => names[kind]),
        rows: CONTENDERS.map((name) => nets[name]),
        values: CONTENDERS.map((name) => shares[name]),
      });
      responses = now;
      maps.set(
        bytes,
        responses.map(({ strongest }, at) => t('{0}: {1}', at + 1, decimal(strongest))),
      );
      table.invalidate();
    },
  });
}
