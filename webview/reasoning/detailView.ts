/** The step that one stands at: what it attended to as bars, for all heads or one, and which experts it used. */
import { keyOf } from '../../src/protocol/handle';
import { h, oncePerFrame, show } from '../shared/dom';
import { shareBar } from '../shared/shareBar';
import { t } from '../shared/l10n';
import { percent, roundPercent } from '../shared/numbers';
import type { Stage, View } from './stage';
import { isQuestionRead } from './state';
import { notRead, segmentName, stepName } from './words';

/** Bars of a long trace: the strongest. */
const MOST_BARS = 12;
const MOST_EXPERTS = 3;

export function detailView(stage: Stage): View {
  const title = h('h2');
  const heads = h('select', { 'aria-label': t('Attention of') });
  const bars = h('ul', { class: 'bars' });
  const experts = h('ul', { class: 'experts' });
  const expertsBox = h('details', { open: true }, h('summary', {}, t('Experts it used')), experts);
  const outside = h('p', { class: 'hint' });
  const element = h(
    'section',
    { class: 'detail', 'data-section': 'detail' },
    title,
    h('label', { class: 'heads' }, t('Attention of'), ' ', heads),
    bars,
    outside,
    expertsBox,
  );
  /** '' for the mean, else the number of a head. */
  let head = '';
  /** [layers · heads][segments] of one step of one reading. */
  let own: { key: string; shares: Float32Array } | null = null;

  const fillHeads = (): void => {
    const { reading } = stage.state;
    if (!reading || heads.options.length > 1) return;
    heads.replaceChildren(
      h('option', { value: '' }, t('all heads (mean)')),
      ...reading.attending.flatMap((attending, layer) =>
        Array.from({ length: attending }, (_, at) =>
          h('option', { value: layer * reading.heads + at }, t('layer {0}, head {1}', layer, at)),
        ),
      ),
    );
    heads.value = head;
  };
  const sharesNow = (): Float32Array | null => {
    const { reading, position } = stage.state;
    if (!reading || position < reading.firstStep || position >= reading.endStep) return null;
    const step = position - reading.firstStep;
    const segments = 2 + reading.endStep - reading.firstStep;
    if (head === '') return reading.attention.subarray(step * segments, (step + 1) * segments);
    const key = `${keyOf(reading.reading)}/${step}`;
    if (own?.key === key) return own.shares.subarray(Number(head) * segments, (Number(head) + 1) * segments);
    void stage.host
      .call('heads', { reading: reading.reading, step })
      .then((shares) => {
        own = { key, shares };
        draw();
      })
      .catch((thrown: unknown) => stage.failed(thrown));
    return null;
  };
  const draw = oncePerFrame(() => {
    const { shown, reading, position } = stage.state;
    show(element, shown !== null);
    if (!shown) return;
    title.textContent = t('{0} looked at', stepName(shown, position));
    fillHeads();
    const isIn = reading !== null && position >= reading.firstStep && position < reading.endStep;
    show(outside, !isIn);
    outside.textContent = notRead(stage.state);
    show(expertsBox, isIn && reading.experts > 0);
    const shares = sharesNow();
    if (!isIn) bars.replaceChildren();
    if (!isIn || !shares) return;
    const step = position - reading.firstStep;
    const order = [...shares.keys()]
      .slice(0, step + 3)
      .filter((segment) => segment !== 1 || isQuestionRead(stage.state));
    const kept =
      order.length <= MOST_BARS
        ? order
        : order
            .sort((a, b) => shares[b] - shares[a])
            .slice(0, MOST_BARS)
            .sort((a, b) => a - b);
    bars.replaceChildren(
      ...kept.map((segment) => {
        const name = segment === step + 2 ? t('Itself') : segmentName(shown, reading.firstStep, segment);
        return bar(name, shares[segment], segment >= 2 ? () => stage.goTo(reading.firstStep + segment - 2) : null);
      }),
    );
    experts.replaceChildren(...expertRows(reading.routing, step, reading.layers, reading.experts));
  });
  heads.addEventListener('change', () => {
    head = heads.value;
    draw();
  });
  return {
    element,
    begun() {
      own = null;
      heads.replaceChildren(h('option', { value: '' }, t('all heads (mean)')));
      head = '';
      draw();
    },
    draw,
  };
}

function bar(name: string, share: number, go: (() => void) | null): HTMLElement {
  const label = go ? h('button', { class: 'link', type: 'button', onclick: go }, name) : h('span', {}, name);
  return h(
    'li',
    {},
    h('span', { class: 'name' }, label),
    shareBar(Math.max(0, share)),
    h('span', { class: 'value' }, percent(share)),
  );
}

/** A row for each layer that chose experts: of a mixture's layers some may be dense. */
function expertRows(routing: Float32Array, step: number, layers: number, experts: number): HTMLElement[] {
  return Array.from({ length: layers }, (_, layer) => {
    const own = routing.subarray((step * layers + layer) * experts, (step * layers + layer + 1) * experts);
    const top = [...own.keys()].sort((a, b) => own[b] - own[a]).slice(0, MOST_EXPERTS);
    const words = top.filter((id) => own[id] > 0).map((id) => `${id} (${roundPercent(own[id])})`);
    return words.length === 0 ? [] : [h('li', {}, t('Layer {0}: {1}', layer, words.join(', ')))];
  }).flat();
}
