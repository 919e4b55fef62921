/** The calculator, analogies by section, the planes of the sections, and the live part. */
import type { ExperimentView } from '../experimentView';
import { keptField } from '../keptField';
import { freshId, h } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { barPlot } from '../../shared/plot';
import { arrowPlot } from './arrowPlot';
import { calculator } from './calculator';
import { controls, type Options, type Result } from '../../../src/milestones/word2vec/options';
import { workspaceView } from './workspaceView';
import { trial } from '../../../src/milestones/word2vec/trial';

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  mount(stage) {
    const books = h('p', {});
    const analogies = calculator(stage);
    const sections = barPlot({
      title: t('Analogies answered rightly, by relation'),
      hint: t(
        'Each relation three times: with the question’s words left out, as in the paper, with them allowed, and by the word nearest to the third one alone.',
      ),
      value: { label: t('share of questions'), domain: [0, 1], format: roundPercent },
    });
    const map = arrowPlot(
      t('Where the pairs of a relation lie'),
      t('Ninety-six numbers of each word, seen in the plane in which these words differ most.'),
    );
    const choice = h('select', { id: freshId('relation') });
    let maps: Result['maps'] = [];
    const showMap = (): void => {
      const chosen = maps[choice.selectedIndex];
      if (chosen) map.set(chosen);
    };
    choice.addEventListener('change', showMap);
    // Put back once there is something to choose from.
    let keep: (() => void) | undefined;
    const live = workspaceView(stage);
    return {
      lead: sections.element,
      element: h(
        'div',
        { class: 'plots' },
        books,
        analogies.element,
        h('p', {}, h('label', { for: choice.id }, t('Relation')), ' ', choice),
        map.element,
        live.element,
      ),
      draw(result, _options, final) {
        const { words, dims, tokens } = result.shipped;
        books.textContent = t(
          'Shipped vectors: {0} words, {1} numbers each, learned beforehand from {2} words of English books of before 1929.',
          integer(words),
          integer(dims),
          integer(tokens),
        );
        analogies.draw(result.king, final);
        sections.set(
          result.sections
            .filter(({ known }) => known > 0)
            .flatMap(({ name, known, excluded, allowed, alone }) => [
              { name: t('{0}, left out ({1} questions)', t(name), integer(known)), value: excluded / known, series: 0 },
              { name: t('{0}, allowed', t(name)), value: allowed / known, series: 1 },
              { name: t('{0}, third word alone', t(name)), value: alone / known, series: 2 },
            ]),
        );
        if (maps.length !== result.maps.length) {
          maps = result.maps;
          choice.replaceChildren(...maps.map(({ name }) => h('option', { value: name }, t(name))));
          keep ??= keptField(stage.kept, 'relation', choice);
          showMap();
        }
        live.draw(result.live, final);
      },
    };
  },
};
