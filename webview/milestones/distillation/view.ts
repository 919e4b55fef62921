/** Hard against soft targets on a part of the data, by temperature; what soft targets look like; and a sheet to draw on. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, integer, percent, roundPercent } from '../../shared/numbers';
import { barPlot, heatGrid, linePlot } from '../../shared/plot';
import { kindNames } from '../drawingPad/askingPad';
import { thumbnails } from '../drawingPad/thumbnails';
import { KINDS, SIZE } from '../../../src/shared/drawings';
import { controls, type Options, type Result } from '../../../src/milestones/distillation/options';
import { namingPad } from './viewPad';
import { trial } from '../../../src/milestones/distillation/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const names = kindNames();
    const sizes = h('p', {});
    const ways = barPlot({
      title: t('Drawings named rightly'),
      hint: t('On drawings that no net has seen. The part is drawn several times; these are means.'),
      value: { label: t('right'), domain: [0, 1], format: roundPercent },
      reference: { value: 1 / KINDS.length, name: t('chance') },
    });
    const teacherCurve = linePlot({
      title: t('The teacher learns'),
      x: { label: t('drawings shown'), format: count },
      y: { label: t('right'), format: roundPercent },
    });
    const curves = linePlot({
      title: t('Students learn from a part of the data'),
      hint: t('Both see the same few drawings again and again, from the same starting weights.'),
      x: { label: t('drawings shown'), format: count },
      y: { label: t('right'), format: roundPercent },
    });
    const temperatures = linePlot({
      title: t('Soft targets by temperature'),
      x: { label: t('temperature'), scale: 'log', domain: [0.9, 18], format: integer },
      y: { label: t('right'), format: percent },
    });
    const pictures = thumbnails({
      title: t('Drawings that the teacher finds hard'),
      hint: t('Of forty of each kind, the one that it is least sure of.'),
      side: SIZE,
    });
    const answers = heatGrid({
      title: t('What the teacher says of them'),
      hint: t(
        'A hard target would be one 100% and four 0%. Softened, the answer also tells what the drawing resembles.',
      ),
      value: t('probability'),
      kind: 'amount',
      columnLabel: t('answer'),
      rowLabel: t('drawing'),
      format: roundPercent,
      numbers: true,
    });
    const own = namingPad(stage);
    return {
      lead: ways.element,
      element: h(
        'div',
        { class: 'plots' },
        sizes,
        teacherCurve.element,
        curves.element,
        temperatures.element,
        pictures.element,
        answers.element,
        own.element,
      ),
      draw(result, { temperature }, final) {
        const { drawings, teacher, all, hard, soft, controls: known } = result;
        sizes.textContent = t(
          'All data: {0} drawings. The part: {1}. Weights of the teacher: {2}.',
          integer(drawings.all),
          integer(drawings.part),
          integer(teacher.parameters),
        );
        teacherCurve.set([{ name: t('teacher'), x: teacher.curve.shown, y: teacher.curve.right }]);
        const chosen = soft.find((each) => each.temperature === temperature);
        const rows: [string, number | null | undefined, number][] = [
          [t('hard targets, part of the data'), hard.right, 1],
          [t('soft targets at temperature {0}, same part', temperature), chosen?.right, 0],
          [t('label smoothing, same part'), known.smoothed, 2],
          [t('the teacher’s other probabilities permuted, same part'), known.permuted, 2],
          [t('hard targets, all data'), all.right, 6],
          [t('teacher'), teacher.right, 6],
        ];
        ways.set(rows.flatMap(([name, value, series]) => (value == null ? [] : [{ name, value, series }])));
        show(ways.element, teacher.right !== null);
        curves.set([
          ...(chosen ? [{ name: t('soft targets'), x: chosen.curve.shown, y: chosen.curve.right }] : []),
          { name: t('hard targets'), x: hard.curve.shown, y: hard.curve.right },
        ]);
        show(curves.element, hard.right !== null);
        const tried = soft.map((each) => each.temperature);
        temperatures.set([
          { name: t('soft targets'), x: tried, y: soft.map(({ right }) => right), dots: true },
          { name: t('hard targets'), x: tried, y: tried.map(() => hard.right ?? NaN) },
        ]);
        show(temperatures.element, soft.length > 1);
        for (const element of [pictures.element, answers.element]) show(element, result.answers.length > 0);
        pictures.set(
          Uint8Array.from(result.answers.flatMap(({ pixels }) => [...pixels])),
          result.answers.map(({ kind }) => names[kind]),
        );
        answers.set({
          columns: KINDS.map((kind) => names[kind]),
          rows: result.answers.flatMap(({ kind }) => [names[kind], t('{0}, at {1}', names[kind], temperature)]),
          values: result.answers.flatMap(({ plain, softened }) => [plain, softened]),
        });
        own.draw(final, temperature);
      },
    };
  },
};
