/** What was learned from, how good the best unit is by size, what fires it, what it likes best, and a sheet to draw on. */
import type { ExperimentView } from '../experimentView';
import { h, show } from '../../shared/dom';
import { kindNames } from '../drawingPad/askingPad';
import { thumbnails } from '../drawingPad/thumbnails';
import { t } from '../../shared/l10n';
import { count, decimal, integer, points, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import { PIXELS, SIZE } from '../../../src/shared/drawings';
import { shareInterval } from '../../../src/shared/statistics';
import './cat-neuron.css';
import { controls, type Options, type Result, WINDOW } from '../../../src/milestones/cat-neuron/options';
import { firingPad } from './viewPad';
import { trial } from '../../../src/milestones/cat-neuron/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: t('best unit'),
    x: { label: t('units at the top'), scale: 'log', domain: [3, 300], format: integer },
    y: { label: t('right'), domain: [0.45, 1], format: roundPercent },
    at: [4, 16, 64, 256],
    difference: points,
    of: ({ sizes }) =>
      sizes.length > 0 ? { x: sizes.map(({ units }) => units), y: sizes.map(({ accuracy }) => accuracy) } : null,
  }),
  mount(stage) {
    const names = kindNames();
    const sample = thumbnails({
      title: t('Some of the drawings it learns from'),
      hint: t('Made by a generator, in many hands. The network is never told what they are.'),
      side: SIZE,
      zoom: 1.5,
    });
    const curve = linePlot({
      title: t('The network learns to draw its input again'),
      hint: t('How much is lost when a drawing has to go through the few active units at the top.'),
      x: { label: t('drawings seen'), format: count },
      y: { label: t('not redrawn'), format: roundPercent },
    });
    const sizes = linePlot({
      title: t('How well the best unit tells cats from the rest, by size'),
      hint: t(
        'The unit is chosen on one set of drawings and measured on another: mean of cats that fire it and others that do not.',
      ),
      x: { label: t('units at the top'), scale: 'log', domain: [3, 300], format: integer },
      y: { label: t('right'), domain: [0.45, 1], format: roundPercent },
      named: true,
    });
    const firing = barPlot({
      title: t('What fires the cat unit'),
      hint: t('Drawings that neither the learning nor the search has seen; bars are 95% intervals over drawings.'),
      value: { label: t('share that fires it'), domain: [0, 1], format: roundPercent },
    });
    const likes = thumbnails({
      title: t('What excites the cat unit most'),
      hint: t(
        'Ten drawings of the test; then the mean of the forty most exciting; last, a drawing made by the computer, step by step uphill, to excite the unit.',
      ),
      side: SIZE,
    });
    const made = h('p', {});
    const kinds = barPlot({
      title: t('The best unit for each kind'),
      hint: t('The paper looked for faces first, then for cats and bodies.'),
      value: { label: t('right'), domain: [0, 1], format: roundPercent },
      reference: { value: 0.5, name: t('chance') },
    });
    const features = thumbnails({
      title: t('What the small windows look for'),
      hint: t(
        'The lower stage found these strokes by itself: orange where there should be ink, blue where there should be none.',
      ),
      side: WINDOW,
      kind: 'signed',
      zoom: 5,
    });
    const own = firingPad(stage);
    const described = [firing.element, likes.element, made, kinds.element];
    return {
      lead: sizes.element,
      element: h(
        'div',
        { class: 'plots' },
        sample.element,
        curve.element,
        firing.element,
        likes.element,
        made,
        own.element,
        kinds.element,
        features.element,
      ),
      draw(result, _options, final) {
        const drawings = result.sample.length / PIXELS;
        sample.set(
          result.sample,
          Array.from({ length: drawings }, (_, at) => t('drawing {0}', at + 1)),
        );
        const found = result.features.length / WINDOW ** 2;
        features.set(
          result.features,
          Array.from({ length: found }, (_, at) => t('window {0}', at + 1)),
        );
        show(features.element, found > 0);
        curve.set([
          {
            name: t('not redrawn'),
            x: result.curve.map((point) => point.drawings),
            y: result.curve.map(({ unexplained }) => unexplained),
          },
        ]);
        const series = (name: string, value: (size: Result['sizes'][number]) => number) => ({
          name,
          x: result.sizes.map(({ units }) => units),
          y: result.sizes.map(value),
          dots: true,
        });
        show(sizes.element, result.sizes.length > 0);
        sizes.set([
          series(t('best unit'), ({ accuracy }) => accuracy),
          series(t('best unit before learning'), ({ untrained }) => untrained),
          series(t('best random projection'), ({ random }) => random),
          series(t('chance'), () => 0.5),
        ]);
        own.draw(final);
        for (const element of described) show(element, result.chosen !== null);
        if (!result.chosen) return;
        const { chosen } = result;
        const [cat] = chosen.found;
        firing.set(
          cat.shares.map((share, kind) => {
            const [low, high] = shareInterval(share, chosen.testedOfEach);
            return { name: names[chosen.found[kind].kind], value: share, low, high, series: kind === 0 ? 0 : 1 };
          }),
        );
        kinds.set(chosen.found.map(({ kind, accuracy }) => ({ name: names[kind], value: accuracy })));
        const pictures = [chosen.top, chosen.average, ...(chosen.stimulus ? [chosen.stimulus] : [])];
        likes.set(Uint8Array.from(pictures.flatMap((each) => [...each])), [
          ...chosen.topKinds.map((kind, at) => t('{0}, place {1}', names[kind], at + 1)),
          t('mean of the forty most exciting'),
          ...(chosen.stimulus ? [t('made to excite it')] : []),
        ]);
        made.textContent = Number.isFinite(chosen.stimulusResponse)
          ? t(
              'Unit {0} of {1}: it responds with {2} to the best drawing and with {3} to the one made for it; it fires from {4} on.',
              cat.unit + 1,
              chosen.units,
              decimal(chosen.topResponse),
              decimal(chosen.stimulusResponse),
              decimal(cat.threshold),
            )
          : '';
      },
    };
  },
};
