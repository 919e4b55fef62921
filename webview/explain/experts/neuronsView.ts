/** Dense layers have no experts: which of their hidden units answered strongest to the token? */
import type { ActiveNeuron } from '../../../src/protocol/readingApi';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { signedDecimal } from '../../shared/numbers';
import { cell } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { ranges } from '../heads/layerWords';
import { barList, type Bar } from '../token/barList';
import type { Host } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf } from '../interventions/compared';
import { tokenAgain } from '../readsAgain';
import { Rereadings } from '../rereadings';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { tokenPlace, quoted } from '../words';

const TOP = 20;

export function neuronsView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('neurons-title') });
  const list = h('div');
  const about = h('p', { class: 'hint' });
  const answers = new Rereadings<number, ActiveNeuron[]>(stage, {
    name: String,
    ask: (position, signal) => stage.host.call('neurons', { position, top: TOP }, { signal }),
    passes: 1,
  });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'neurons', hidden: true },
    h('header', {}, title),
    answers.element,
    list,
    about,
  );
  const compared = beforeAfter(stage, tokenAgain(1));
  list.after(compared.element);
  let visible = false;
  let shownFor = -1;
  let shown: ActiveNeuron[] = [];

  const draw = oncePerFrame(() => {
    const run = stage.run();
    const layers = run?.model?.layerCards.flatMap(({ feedForward }, layer) => (feedForward === 'dense' ? [layer] : []));
    const dense = layers !== undefined && layers.length > 0;
    show(element, dense);
    if (dense) {
      setWords(
        about,
        t(
          'Activation: {0}, the number that the down matrix multiplies. All hidden units of the dense layers ({1}) were compared.',
          run!.model!.neuron,
          ranges(layers),
        ),
      );
    }
    if (!run?.explanation || !dense || !visible || shownFor === selection.token) return;
    const { token } = selection;
    const neurons = answers.look(token, draw);
    if (!neurons && !answers.asks) return;
    shownFor = neurons ? token : -1;
    shown = neurons ?? [];
    setWords(title, t('Most active neurons for token {0} {1}', tokenPlace(run, token), quoted(run.tokens[token])));
    list.replaceChildren(...(neurons ? [fill(neurons, token)] : []));
    if (neurons) compare(run, token, neurons);
    else compared.clear();
  });

  /** Those that are strongest in either run. */
  const compare = (run: Run, position: number, neurons: readonly ActiveNeuron[]): void =>
    compared.look(String(position), async (before, signal) => {
      const ask = (host: Host, of?: ActiveNeuron[]): Promise<ActiveNeuron[]> =>
        host.call('neurons', { position, top: TOP, ...(of && { of }) }, { signal });
      const strongest = await ask(before);
      const isIn = (list: readonly ActiveNeuron[], one: ActiveNeuron): boolean =>
        list.some(({ layer, neuron }) => layer === one.layer && neuron === one.neuron);
      const all = [...neurons, ...strongest.filter((one) => !isIn(neurons, one))];
      const [was, is] = await Promise.all([ask(before, all), ask(stage.host, all)]);
      const [then, now] = [was, is].map((list) => list.map(({ activation }) => activation));
      return [
        {
          heading: t(
            'Neurons for token {0} {1}: before → after',
            tokenPlace(run, position),
            quoted(run.tokens[position]),
          ),
          of: t('Neuron'),
          pairs: pairsOf(
            then,
            now,
            (i) => t('layer {0} · {1}', all[i].layer, all[i].neuron),
            (i) => ({ kind: 'neuron', layer: all[i].layer, expert: null, neuron: all[i].neuron, token: position }),
          ),
          value: signedDecimal,
          change: signedDecimal,
        },
      ];
    });

  return {
    element,
    compared: compared.tables,
    table: () =>
      shown.length === 0
        ? null
        : {
            caption: title.textContent,
            columns: [t('Layer'), t('Neuron'), t('Activation')],
            rows: shown.map(({ layer, neuron, activation }) => [
              cell(layer),
              cell(neuron),
              cell(activation, signedDecimal),
            ]),
          },
    runChanged() {
      answers.clear();
      shownFor = -1;
      shown = [];
      compared.clear();
      list.replaceChildren();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      visible = true;
      draw();
    },
  };
}

function fill(neurons: readonly ActiveNeuron[], token: number): HTMLElement {
  const bars = neurons.map(({ layer, neuron, activation }): Bar => ({
    thing: { kind: 'neuron', layer, expert: null, neuron, token },
    label: t('layer {0} · {1}', layer, neuron),
    value: activation,
    text: signedDecimal(activation),
    title: t('layer {0}, neuron {1}', layer, neuron),
    onPoint: () => {},
  }));
  return barList(bars, Math.abs(neurons[0]?.activation ?? 0));
}
