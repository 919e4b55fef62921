/** Which neurons made this prediction, and what made them? The circuit as a picture, pruned by a slider, its cuts checked. */
import { shortened } from '../../../src/shared/tokenLabel';
import type { Circuit } from '../../../src/protocol/circuits';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { decimal, signedDecimal } from '../../shared/numbers';
import { tableTwin } from '../../shared/tableTwin';
import { setWords, worded } from '../chips';
import { tracePrediction } from '../receipts/tracePrediction';
import { standsFor } from '../interventions/things';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { quoted, tokenPlace } from '../words';
import { pruned, type Pruned } from './circuitLayout';
import { circuitPicture, type CircuitPicture } from './circuitPicture';
import { circuitCost, circuitTable, circuitWords, nodeName, nodeThing, nodeWords } from './circuitWords';

/** Nodes that are computed, and those that are drawn at first. */
const [NODES, FIRST, LEAST] = [200, 40, 4];
/** Lines of what goes into and out of a node. */
const LISTED = 6;

export function circuitView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('circuit-title') });
  const sentence = h('p', { class: 'words', role: 'status' });
  const slider = h('input', { type: 'range', min: LEAST, max: NODES, value: FIRST, 'aria-label': t('Nodes drawn') });
  const sliderWords = h('span', { class: 'number' });
  const picture = h('div', { class: 'circuit-holder' });
  const about = h('div', { class: 'circuit-node-words', role: 'status' });
  const checked = h('div');
  const table = tableTwin(() => {
    const [run, found] = [stage.run(), asked.known];
    return run && found && shown ? circuitTable(found, shown, run) : null;
  });
  const body = h(
    'div',
    {},
    h('label', { class: 'circuit-slider' }, t('Nodes drawn'), ' ', slider, ' ', sliderWords),
    picture,
    about,
    checked,
    table.element,
  );
  const asked = tracePrediction<Circuit>(stage, {
    ask: (position, options) => stage.host.call('circuit', { position, nodes: NODES }, options),
    onDemand: t('Draw the circuit'),
    cost: ({ model }, position) => circuitCost(model!, position + 1),
    waiting: t('Taking the prediction apart…'),
    edited: t('A circuit is of the run as it is: switch the interventions off to see it.'),
    drawn: (run, found) => fill(run, found),
    empty: () => {
      shown = null;
      show(body, false);
      setWords(sentence, '');
    },
  });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'circuit' },
    h('header', {}, title),
    sentence,
    asked.element,
    body,
    info(
      t(
        'Each dot is a neuron at a token, each square a token’s embedding; lines are direct paths, with attention weights (or what a layer without attention carries on), gates, routing, norms and the ratio of activations held as they were: why attention looked there, or the router chose, is not explained. Shares account for values, gate and up half each; what a cut does is predicted apart from them, and checked. Blue is for the token that followed (after the last one: the likeliest), orange against it. Arrow keys go from node to node.',
      ),
    ),
  );
  let shown: Pruned | null = null;
  let drawn: CircuitPicture | null = null;
  let chosen: string | null = null;

  const fill = (run: Run, found: Circuit): void => {
    show(body, true);
    slider.max = String(found.nodes.length);
    shown = pruned(found, Number(slider.value));
    setWords(sliderWords, String(shown.nodes.length));
    setWords(sentence, circuitWords(found, shown));
    const hadFocus = picture.contains(document.activeElement);
    drawn = circuitPicture({
      ...shown,
      layers: run.model!.layers,
      position: found.position,
      column: (token) => `${tokenPlace(run, token)} ${shortened(run.tokens[token].label, 9)}`,
      label: t('{0} nodes over tokens and layers; the table below has the same numbers', shown.nodes.length),
      words: (id) => nodeWords(id, found, run),
      chosen: (id) => {
        chosen = id === chosen ? null : id;
        tell(run, found);
      },
    });
    picture.replaceChildren(drawn.element);
    if (hadFocus) drawn.element.querySelector<SVGElement>('[tabindex="0"]')?.focus();
    // The prediction stands at the right end, where most of it is.
    picture.scrollLeft = picture.scrollWidth;
    if (chosen !== null && chosen !== 'D' && !shown.nodes.some(({ id }) => id === chosen)) chosen = null;
    tell(run, found);
    checked.replaceChildren(checkedTable(run, found));
    table.invalidate();
  };

  /** What makes the chosen node, and what it makes. */
  const tell = (run: Run, found: Circuit): void => {
    drawn?.choose(chosen);
    if (chosen === null || !shown) return about.replaceChildren();
    const node = found.nodes.find(({ id }) => id === chosen);
    const list = (heading: string, ends: readonly { id: string; influence: number }[]): HTMLElement[] =>
      ends.length === 0
        ? []
        : [
            h('h3', {}, ...worded(heading)),
            h(
              'ul',
              {},
              ...[...ends]
                .sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence))
                .slice(0, LISTED)
                .map(({ id, influence }) => h('li', {}, `${signedDecimal(influence)}  ${nodeName(id, found, run)}`)),
            ),
          ];
    const { edges } = shown;
    const words = h('p', {}, nodeWords(chosen, found, run));
    about.replaceChildren(
      node ? standsFor(words, nodeThing(node)) : words,
      ...list(
        t('What makes it, in logits'),
        edges.filter(({ to }) => to === chosen).map(({ from, influence }) => ({ id: from, influence })),
      ),
      ...list(
        t('What it makes, in logits'),
        edges.filter(({ from }) => from === chosen).map(({ to, influence }) => ({ id: to, influence })),
      ),
    );
    if (node) selection.change({ pointed: node.position });
  };

  slider.addEventListener('input', () => {
    const run = stage.run();
    if (run && asked.known) fill(run, asked.known);
  });

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(element, run?.explanation != null);
    if (!run?.explanation) return;
    setWords(title, t('The circuit of one prediction: after {0}', quoted(run.tokens[selection.query])));
    asked.draw();
  });
  show(body, false);

  return {
    element,
    table: table.all,
    runChanged() {
      chosen = null;
      asked.forget();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      asked.look();
      draw();
    },
  };
}

/** The strongest edges: what the graph predicts of a cut, and the cut itself, held and free. */
function checkedTable(run: Run, found: Circuit): HTMLElement {
  return h(
    'table',
    { class: 'receipt-table', 'data-reading': 'checked' },
    h(
      'caption',
      {},
      t(
        'What cutting the strongest edges, and the strongest between neurons, takes from what they go into, a neuron’s value or the difference in logits: the first two agree to what rounding does',
      ),
    ),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, t('Edge')),
        ...[t('predicted'), t('cut, all else held'), t('rounding'), t('cut, everything free')].map((head) =>
          h('th', { scope: 'col' }, head),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      ...found.checked.map(({ from, to, predicted, frozen, floor, free }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, `${nodeName(from, found, run)} → ${nodeName(to, found, run)}`),
          ...[predicted, frozen, floor, free].map((value) =>
            h('td', {}, value === floor ? decimal(value) : signedDecimal(value)),
          ),
        ),
      ),
    ),
  );
}
