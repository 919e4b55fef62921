/** What is learned from, who names most, rectified units against tanh, the filters, and a sheet to draw on. */
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, integer, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { tableTwin } from '../../shared/tableTwin';
import { kindNames } from '../drawingPad/askingPad';
import { thumbnails } from '../drawingPad/thumbnails';
import { KINDS, SIZE } from '../../../src/shared/drawings';
import { shareInterval } from '../../../src/shared/statistics';
import {
  controls,
  WANTED,
  type Contender,
  type Options,
  type Result,
  FIRST,
} from '../../../src/milestones/alexnet/options';
import { namingPad } from './viewPad';
import { trial } from '../../../src/milestones/alexnet/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const names = kindNames();
    const contenders: Record<Contender, string> = {
      relu: t('convolutions, rectified'),
      tanh: t('convolutions, tanh'),
      equalWeights: t('none, as many weights'),
      equalOperations: t('none, as many multiply-adds'),
    };
    const sample = thumbnails({
      title: t('Some of the drawings that are learned from'),
      hint: t('Made by a generator, in many hands. Here the nets are told what each one is.'),
      side: SIZE,
      zoom: 1.5,
    });
    const rights = linePlot({
      title: t('Named rightly, by epoch'),
      hint: t('On drawings that no net has learned from. An epoch is once through all drawings to learn from.'),
      x: { label: t('epochs') },
      y: { label: t('right'), format: roundPercent },
    });
    const ends = barPlot({
      title: t('Named rightly at the end'),
      hint: t('The thin lines are 95% intervals over drawings; all nets learn from the same ones, in the same order.'),
      value: { label: t('right'), domain: [0, 1], format: roundPercent },
      reference: { value: 1 / KINDS.length, name: t('chance') },
    });
    const errors = linePlot({
      title: t('Errors on what is learned from: rectified units against tanh'),
      hint: t('As in figure 1 of the paper, each at the learning rate that brings it down first.'),
      x: { label: t('epochs') },
      y: { label: t('errors'), domain: [0, 0.8], format: roundPercent },
    });
    const speed = h('p', { 'data-alex': 'speed' });
    const sizes = h('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': t('The nets') });
    const filters = thumbnails({
      title: t('The filters of the first layer, as learned'),
      hint: t('Each slides over the whole sheet: orange where it wants ink, blue where it wants none.'),
      side: FIRST,
      kind: 'signed',
      zoom: 10,
      captions: true,
    });
    let filterWeights: Result['filterWeights'] = [];
    const filterTable = tableTwin(() => ({
      caption: t('Weights of the filters, row by row'),
      columns: [t('row'), ...filterWeights.map((_, at) => t('filter {0}', at + 1))],
      rows: Array.from({ length: FIRST ** 2 }, (_, tap) => [
        t('{0}, column {1}', Math.floor(tap / FIRST) + 1, (tap % FIRST) + 1),
        ...filterWeights.map((filter) => decimal(filter[tap])),
      ]),
    }));
    const tanhFilters = thumbnails({
      title: t('The filters of the net with tanh'),
      side: FIRST,
      kind: 'signed',
      zoom: 10,
    });
    const templates = thumbnails({
      title: t('What units without convolutions look for'),
      hint: t(
        'Each has a weight for every place of the sheet: it has to learn the same stroke again wherever it may stand.',
      ),
      side: SIZE,
      kind: 'signed',
      zoom: 2.5,
    });
    const own = namingPad(stage);
    const filterPart = h('div', { 'data-alex': 'filters' }, filters.element, filterTable.element);
    return {
      lead: ends.element,
      element: h(
        'div',
        { class: 'plots' },
        sample.element,
        rights.element,
        errors.element,
        speed,
        sizes,
        filterPart,
        tanhFilters.element,
        templates.element,
        own.element,
      ),
      draw(result, _options, final) {
        const { contests } = result;
        sample.set(
          result.sample,
          result.sampleKinds.map((kind) => names[kind]),
        );
        rights.set(
          contests.map(({ name, run }) => ({ name: contenders[name], x: run.tested, y: run.right, dots: true })),
        );
        show(
          rights.element,
          contests.some(({ run }) => run.right.length > 0),
        );
        const tested = contests.filter(({ run }) => run.right.length > 0);
        ends.set(
          tested.map(({ name, run }) => {
            const value = run.right.at(-1)!;
            const [low, high] = shareInterval(value, result.tested);
            return { name: contenders[name], value, low, high, series: name === 'relu' ? 0 : name === 'tanh' ? 2 : 6 };
          }),
        );
        show(ends.element, tested.length > 0);
        const pair = contests.filter(({ name }) => name === 'relu' || name === 'tanh');
        const longest = pair.reduce((most, { run }) => Math.max(most, run.epochs.at(-1) ?? 0), 1);
        errors.set([
          ...pair.map(({ name, run }) => ({ name: contenders[name], x: run.epochs, y: run.error, dots: true })),
          { name: roundPercent(WANTED), x: [0, longest], y: [WANTED, WANTED] },
        ]);
        show(errors.element, pair.length > 0);
        speed.textContent = speedOf(result);
        sizes.replaceChildren(
          simpleTable(
            t('The nets'),
            [t('net'), t('weights'), t('multiply-adds a drawing'), t('learning rate'), t('epochs to 25% errors')],
            contests.map(({ name, weights, multiplyAdds, run }) => [
              contenders[name],
              integer(weights),
              integer(multiplyAdds),
              String(run.rate),
              run.reached === null ? '–' : decimal(run.reached),
            ]),
          ),
        );
        show(sizes, contests.length > 0);
        ({ filterWeights } = result);
        const numbered = (bytes: Uint8Array): string[] =>
          Array.from({ length: bytes.length / FIRST ** 2 }, (_, at) => t('filter {0}', at + 1));
        filters.set(result.filters.relu, numbered(result.filters.relu));
        show(filterPart, result.filters.relu.length > 0);
        filterTable.invalidate();
        tanhFilters.set(result.filters.tanh, numbered(result.filters.tanh));
        show(tanhFilters.element, result.filters.tanh.length > 0);
        templates.set(
          result.templates,
          Array.from({ length: result.templates.length / SIZE ** 2 }, (_, at) => t('unit {0}', at + 1)),
        );
        show(templates.element, result.templates.length > 0);
        own.draw(final);
      },
    };
  },
};

function speedOf({ contests }: Result): string {
  const [relu, tanh] = ['relu', 'tanh'].map((wanted) => contests.find(({ name }) => name === wanted)?.run);
  if (!relu || !tanh) return '';
  if (relu.reached === null || tanh.reached === null) {
    return t('One of the two has not come to 25% errors.');
  }
  return t(
    'Rectified units come to 25% errors after {0} epochs, tanh after {1}: {2} times as many.',
    decimal(relu.reached),
    decimal(tanh.reached),
    decimal(tanh.reached / relu.reached),
  );
}
