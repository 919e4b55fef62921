/** What is learned from, who names most from few drawings and from more, what blanking costs, and a sheet to draw on. */
import {
  CHOICES,
  CONTENDERS,
  controls,
  type Choice,
  type Options,
  type Result,
} from '../../../src/milestones/vision-transformer/options';
import { trial } from '../../../src/milestones/vision-transformer/trial';
import { KINDS, SIZE } from '../../../src/shared/drawings';
import { shareInterval } from '../../../src/shared/statistics';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import { kindNames } from '../drawingPad/askingPad';
import { thumbnails } from '../drawingPad/thumbnails';
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { contenderName } from './names';
import { moreView } from './viewMore';
import { patchPad } from './viewPad';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const names = kindNames();
    const sample = thumbnails({
      title: t('Some of the drawings that are learned from'),
      hint: t('Made by a generator, in many hands, of any size, anywhere on the sheet.'),
      side: SIZE,
      zoom: 1.5,
    });
    const rights = barPlot({
      title: t('Named rightly, by how many drawings were learned from'),
      hint: t('On drawings that no net has learned from. The thin lines are 95% intervals over drawings.'),
      value: { label: t('right'), domain: [0, 1], format: roundPercent },
      reference: { value: 1 / KINDS.length, name: t('chance') },
    });
    const blanked = barPlot({
      title: t('What blanking four patches costs'),
      hint: t('How much probability the named kind loses. Random patches with ink are the control.'),
      value: { label: t('probability lost'), format: roundPercent },
    });
    const sizes = h('div', { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': t('The nets') });
    const shown = thumbnails({ title: t('Drawings of the test'), side: SIZE, zoom: 2.5, captions: true });
    const parts = thumbnails({
      title: t('How much each of their patches counts'),
      hint: t('Rolled-out attention, each to its own largest patch.'),
      side: SIZE,
      zoom: 2.5,
    });
    const own = patchPad(stage);
    return {
      lead: rights.element,
      element: h(
        'div',
        { class: 'plots' },
        sample.element,
        sizes,
        moreView(),
        blanked.element,
        shown.element,
        parts.element,
        own.element,
      ),
      draw(result, _options, final) {
        const kinds = result.looked.map(({ kind }) => names[kind]);
        sample.set(
          result.sample,
          result.sampleKinds.map((kind) => names[kind]),
        );
        rights.set(
          result.levels.flatMap(({ drawings, right }) =>
            CONTENDERS.flatMap((name) => {
              const value = right[name];
              if (value === undefined) return [];
              const [low, high] = shareInterval(value, result.tested);
              const label = t('{0} drawings: {1}', integer(drawings), contenderName(name));
              return [{ name: label, value, low, high, series: CONTENDERS.indexOf(name) }];
            }),
          ),
        );
        sizes.replaceChildren(
          simpleTable(
            t('The nets'),
            [t('net'), t('weights'), t('multiply-adds a drawing')],
            (['convolutions', 'patches'] as const).map((name) => [
              contenderName(name),
              integer(result.sizes[name].weights),
              integer(result.sizes[name].multiplyAdds),
            ]),
          ),
        );
        const losses = result.blanked;
        blanked.set(losses ? CHOICES.map((choice) => ({ name: choiceName(choice), value: losses[choice] })) : []);
        shown.set(joined(result.looked.map(({ pixels }) => pixels)), kinds);
        parts.set(joined(result.looked.map(({ rollout }) => rollout)), kinds);
        for (const { element } of [blanked, shown, parts]) show(element, losses !== null);
        own.draw(final);
      },
    };
  },
};

function joined(pictures: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pictures.length * SIZE ** 2);
  pictures.forEach((each, at) => all.set(each, at * SIZE ** 2));
  return all;
}

function choiceName(choice: Choice): string {
  return { rollout: t('patches of the roll-out'), ink: t('patches with most ink'), random: t('random patches') }[
    choice
  ];
}
