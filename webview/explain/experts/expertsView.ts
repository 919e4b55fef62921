/** Which experts did each token go through? The focus token in numbers, all tokens as a map. */
import type { LayerCard } from '../../../src/protocol/explanation';
import { css, readableOn } from '../../../src/shared/color';
import { h, freshId, oncePerFrame, show } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { count, percent, roundPercent } from '../../shared/numbers';
import { theme } from '../../shared/theme';
import { setWords } from '../chips';
import { ranges } from '../heads/layerWords';
import { standsFor } from '../interventions/things';
import { expertColor } from './expertColors';
import { choiceWords, routingSentence } from './routingWords';
import { expertMap } from './expertMap';
import { expertTable } from './expertTable';
import { layersDone, type Run } from '../state/run';
import type { Stage, View } from '../stage';
import { tokenPlace, quoted } from '../words';

/** Experts whose colours are listed. */
const LISTED = 64;

export function expertsView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('experts-title') }, t('Experts'));
  const sentence = h('p', { class: 'words' });
  const rows = h('div', { class: 'expert-rows' });
  const rowsTitle = h('h3');
  const map = expertMap(stage);
  const colors = h('ul', { class: 'expert-colors' });
  const table = expertTable(stage);
  const details = h(
    'div',
    { class: 'expert-details' },
    h('div', { class: 'expert-token' }, rowsTitle, rows),
    h(
      'div',
      { class: 'expert-all' },
      h('h3', {}, t('All tokens')),
      map.element,
      info(t('Colour and number: the expert with the largest weight. Opacity: its weight, from 0% to 100%.')),
      h('details', {}, h('summary', { class: 'hint' }, t('Colours of the experts')), colors),
    ),
  );
  const element = h(
    'section',
    { class: 'view', 'data-section': 'experts' },
    h('header', {}, title),
    sentence,
    details,
    table.element,
  );

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const { model } = run ?? {};
    if (!run || !model) return;
    const mixture = model.experts > 0;
    show(details, mixture);
    show(table.element, mixture);
    setWords(sentence, mixture ? mixtureSentence(run) : t('This model is dense: it has no experts.'));
    show(details, mixture && layersDone(run) > 0);
    if (!mixture) return;
    map.draw();
    drawToken(run);
    table.invalidate();
  });

  const drawColors = (): void => {
    const experts = stage.run()?.model?.experts ?? 0;
    colors.replaceChildren(
      ...Array.from({ length: Math.min(experts, LISTED) }, (_, expert) => h('li', {}, swatch(expert))),
    );
    if (experts > LISTED) colors.append(h('li', {}, t('… {0} more', experts - LISTED)));
  };

  const drawToken = (run: Run): void => {
    const { token } = selection;
    setWords(rowsTitle, t('Token {0} {1}', tokenPlace(run, token), quoted(run.tokens[token])));
    rows.replaceChildren(
      ...run.experts.flatMap((layer, l) => {
        if (!layer) {
          const isNone = run.model?.layerCards[l].feedForward === 'none';
          return [plainRow(t('layer {0}', l), isNone ? t('no feed-forward network') : t('one dense network'))];
        }
        const { topK, ids, weights } = layer;
        const chosen = Array.from({ length: topK }, (_, k) => ({
          expert: ids[token * topK + k],
          weight: weights[token * topK + k],
          by: choiceWords(layer, token * topK + k),
        }));
        return h(
          'div',
          { class: 'expert-row' },
          standsFor(h('span', { class: 'layer' }, t('layer {0}', layer.layer)), { kind: 'layer', layer: layer.layer }),
          h(
            'span',
            { class: 'chosen' },
            ...chosen.map(({ expert, weight, by }) =>
              standsFor(expertBar(expert, weight, by), { kind: 'expert', layer: layer.layer, expert, token }),
            ),
            hasShared(run, l) ? h('span', { class: 'hint shared' }, t('and the shared expert')) : null,
          ),
        );
      }),
    );
  };

  return {
    element,
    table: table.all,
    runChanged() {
      map.runChanged();
      draw();
    },
    layerCame: draw,
    completed() {
      drawColors();
      draw();
    },
    selectionChanged: draw,
    themeChanged() {
      drawColors();
      draw();
    },
  };
}

function mixtureSentence({ model, experts }: Run): string {
  const { experts: all, expertsUsed, activeParameters, parameters, layerCards, routing } = model!;
  const layers = experts.filter((layer) => layer).length;
  if (layers === 0) return t('Not computed.');
  const having = (kind: LayerCard['feedForward']): number[] =>
    layerCards.flatMap(({ feedForward }, layer) => (feedForward === kind ? [layer] : []));
  const [shared, dense, none] = [having('experts-and-shared'), having('dense'), having('none')];
  return [
    t(
      'Each token went through {0} of {1} experts in each of {2} layers: {3} of {4} parameters were active per token ({5}).',
      expertsUsed,
      all,
      layers,
      count(activeParameters),
      count(parameters),
      roundPercent(activeParameters / parameters),
    ),
    ...(shared.length > 0
      ? [
          t(
            'Beside them every token goes through one shared expert, which no router chooses (layers {0}).',
            ranges(shared),
          ),
        ]
      : []),
    ...(routing ? [routingSentence(routing)] : []),
    ...(dense.length === 1 ? [t('Layer {0} is dense: one network for every token.', dense[0])] : []),
    ...(dense.length > 1 ? [t('Layers {0} are dense: one network for every token.', ranges(dense))] : []),
    ...(none.length === 1 ? [t('Layer {0} has no feed-forward network.', none[0])] : []),
    ...(none.length > 1 ? [t('Layers {0} have no feed-forward network.', ranges(none))] : []),
  ].join(' ');
}

const hasShared = ({ model }: Run, layer: number): boolean =>
  model?.layerCards[layer].feedForward === 'experts-and-shared';

const plainRow = (layer: string, words: string): HTMLElement =>
  h('div', { class: 'expert-row' }, h('span', { class: 'layer' }, layer), h('span', { class: 'hint' }, words));

function swatch(expert: number): HTMLElement {
  const color = expertColor(expert);
  const element = h('span', { class: 'swatch' }, String(expert));
  element.style.backgroundColor = css(color);
  element.style.color = css(readableOn(color, theme().foreground));
  return element;
}

function expertBar(expert: number, weight: number, by: string): HTMLElement {
  return h(
    'span',
    { class: 'expert' },
    swatch(expert),
    shareBar(weight, { color: css(expertColor(expert)) }),
    percent(weight),
    by && h('span', { class: 'hint by' }, by),
  );
}
