/** Several heads or all layers at once, over tokens, words, lines or syntax nodes; each method named for what it is. */
import { isTaken, reaches } from '../../../src/shared/roleStrength';
import { placeOf } from '../../../src/shared/color';
import type { SyntaxNode } from '../../../src/protocol/panelApi';
import { FLOW_TOKENS, type LayerFlow } from '../../../src/protocol/readingApi';
import { shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { legend } from '../../shared/legend';
import { integer, percent } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { barList } from '../token/barList';
import { largestBy } from '../token/edges';
import { headPicker } from './headPicker';
import { latest } from '../host';
import { ranges } from './layerWords';
import { roleName } from './roleWords';
import { hasWeights, looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import type { HeadRef } from '../state/selection';
import type { Stage, View } from '../stage';
import { tokenList } from '../text/tokenList';
import { sums, unitsOf, type Unit, type UnitKind } from '../text/units';
import { placedToken, tokenHover, tokenPlace } from '../words';

const SHOWN = 12;
const layersWithout = ({ model }: Run): number[] =>
  model!.layerCards.flatMap(({ mixer }, layer) => (mixer.kind === 'attention' ? [] : [layer]));
const seenOf = ({ tokens }: Unit): number => tokens.length;

/** The text with what several heads or all layers looked at; `units`: the largest of it. */
export function rollupView(stage: Stage): View & { units: View; asked(): { token: number; how: LayerFlow } | null } {
  const { selection } = stage;
  const title = h('h2', { id: freshId('rollup-title') });
  const method = h('select', { 'aria-label': t('Method') });
  const unit = h('select', { 'aria-label': t('Unit') });
  const units: [UnitKind, string][] = [
    ['token', t('Single tokens')],
    ['word', t('Words')],
    ['line', t('Lines')],
    ['node', t('Functions, classes and blocks')],
  ];
  unit.append(...units.map(([value, text]) => h('option', { value }, text)));
  const picker = headPicker(() => draw());
  const what = h('p', { class: 'hint' });
  const sentence = h('p', { class: 'words', role: 'status' });
  const key = legend();
  const list = tokenList({
    labelledBy: title.id,
    start: () => selection.token,
    point: (token) => selection.point(token),
    choose: (token) => selection.toggleToken(token),
    reveal: (token) => void stage.host.call('reveal', { token }).catch(() => {}),
  });
  const bars = h('div');
  const table = tableTwin(() => {
    if (!shown) return null;
    const { rolled, values, name } = shown;
    const order = largestBy(values, values.length);
    return {
      caption: t('{0}, by {1}', method.selectedOptions[0]?.text ?? '', unit.selectedOptions[0]?.text ?? ''),
      columns: [t('Unit'), t('Tokens'), t('Weight for each token'), t('Sum of weights')],
      rows: order.map((i) => [
        name(rolled[i]),
        cell(seenOf(rolled[i]), integer),
        cell(values[i], percent),
        cell(values[i] * seenOf(rolled[i]), percent),
      ]),
    };
  });
  const left = h(
    'section',
    { class: 'view', 'data-section': 'rollup' },
    h('header', {}, title, h('div', { class: 'options' }, method, unit)),
    picker.element,
    what,
    list.element,
    h('div', { class: 'under' }, sentence, key.element),
    table.element,
  );
  const right = h(
    'section',
    { class: 'view', 'data-section': 'rollup-units' },
    h('header', {}, h('h2', {}, t('Most weight'))),
    bars,
    info(
      t(
        'Of a word, line or block: weight for each of its tokens that the query can see, so that long ones win nothing by their length. The table has the sums, too.',
      ),
    ),
  );
  const ask = latest();
  let visible = false;
  let nodes: SyntaxNode[] = [];
  let shown: { rolled: Unit[]; values: number[]; name: (unit: Unit) => string } | null = null;

  /** Of layers without attention there are no weights to average. */
  const headsOf = (run: Run): HeadRef[] => {
    const { layers, heads } = run.model!;
    const all = Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));
    const [kind, name] = method.value.split(':');
    const scores = stage.roles.all().find(({ role }) => role === name);
    const wanted =
      method.value === 'chosen'
        ? picker.chosen()
        : kind === 'layer'
          ? all.filter(({ layer }) => layer === Number(name))
          : kind === 'role'
            ? all.filter((_, i) => scores && reaches(scores, i))
            : all;
    return wanted.filter((one) => hasWeights(run, one));
  };

  const how = (run: Run): LayerFlow =>
    method.value === 'rollout' || method.value === 'flow'
      ? { method: method.value }
      : { method: 'mean', heads: headsOf(run) };

  const describe = (run: Run): string => {
    switch (method.value) {
      case 'rollout':
        return t(
          'Attention rollout (Abnar & Zuidema 2020): each layer’s heads averaged, half of every token kept, all layers multiplied. It follows weights only, not what the values carry.',
        );
      case 'flow':
        return t(
          'Attention flow (Abnar & Zuidema 2020): the maximum flow from the token through all layers to each token, weights as capacities, scaled to sum to 1.',
        );
      default: {
        const count = headsOf(run).length;
        const words =
          count === 1 ? t('The weights of one head.') : t('Plain average of {0} heads’ weights.', integer(count));
        const without = layersWithout(run);
        return without.length === 0
          ? words
          : `${words} ${t('Layers without attention have no part in it: {0}.', ranges(without))}`;
      }
    }
  };

  const listMethods = (run: Run): void => {
    const before = method.value;
    const roles = stage.roles.all().filter(isTaken);
    method.replaceChildren(
      h('option', { value: 'all' }, t('Average of all heads')),
      ...run.maps.flatMap((_, layer) =>
        hasWeights(run, { layer, head: 0 })
          ? [h('option', { value: `layer:${layer}` }, t('Average of layer {0}', layer))]
          : [],
      ),
      ...roles.map(({ role }) => h('option', { value: `role:${role}` }, t('Average of heads: {0}', roleName(role)))),
      h('option', { value: 'chosen' }, t('Average of chosen heads')),
      h('option', { value: 'rollout' }, t('Attention rollout')),
      h('option', { value: 'flow' }, t('Attention flow')),
    );
    method.value = [...method.options].some(({ value }) => value === before) ? before : 'all';
  };

  /** Why there is nothing to compute; null where there is. */
  const refusal = (run: Run, token: number): string | null => {
    if (method.value === 'flow' && looksBothWays(run)) {
      return t(
        'Attention flow is computed for models that look back; this one looks both ways. Attention rollout follows its weights.',
      );
    }
    if (method.value === 'flow' && token >= FLOW_TOKENS) {
      return t(
        'Attention flow is computed for the first {0} tokens only: its time grows with the cube of the tokens. Choose an earlier token, or attention rollout.',
        integer(FLOW_TOKENS),
      );
    }
    if (method.value === 'rollout' || method.value === 'flow') {
      const without = layersWithout(run);
      return without.length === 0
        ? null
        : t(
            'There is none for this model: layers {0} have no attention, and what their states carry on is not seen in weights.',
            ranges(without),
          );
    }
    if (headsOf(run).length > 0) return null;
    if (method.value === 'chosen') return t('Choose at least one head that has attention.');
    return method.value.startsWith('role:')
      ? t('No head does this on this text.')
      : t('None of these heads has attention.');
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run?.explanation || !run.model || !visible) return;
    const { token } = selection;
    show(picker.element, method.value === 'chosen');
    setWords(title, t('Many heads at once, from {0}', placedToken(run, token)));
    setWords(what, describe(run));
    list.mark('focus', token);
    list.mark('pointed', selection.pointed);
    const refused = refusal(run, token);
    // An answer that is still under way would draw over it.
    if (refused) return ask(async () => fail(refused));
    const params = { token, how: how(run) };
    ask(async (signal) => {
      const row = await stage.host.call('layerFlow', params, { signal }).catch((thrown: Error) => thrown);
      if (stage.run() !== run || signal.aborted) return;
      if (row instanceof Error) return fail(row.message);
      fill(run, row);
    });
  });

  const fail = (message: string): void => {
    shown = null;
    list.heat(null, Number);
    key.set(null);
    bars.replaceChildren();
    setWords(sentence, message);
  };

  const fill = (run: Run, row: Float32Array): void => {
    const kind = unit.value as UnitKind;
    // Later tokens are not there for the query: they are no part of a unit.
    const seen = run.tokens.slice(0, row.length);
    const rolled = unitsOf(kind, seen, run.subject.text, run.subject.firstLine, nodes);
    const values = sums(rolled, row).map((sum, i) => sum / rolled[i].tokens.length);
    // Equal tokens are told apart by where they stand.
    const name = ({ label, tokens: [first] }: Unit): string =>
      kind === 'token' ? `${tokenPlace(run, first)} ${label}` : label;
    shown = { rolled, values, name };
    const perToken = new Float32Array(run.tokens.length);
    rolled.forEach(({ tokens }, i) => tokens.forEach((token) => (perToken[token] = values[i])));
    const order = largestBy(values, SHOWN);
    const largest = values[order[0]];
    list.heat(perToken, (weight) => placeOf(weight, largest));
    key.set(largest);
    const [most] = order;
    const first = rolled[most].tokens[0];
    const which = kind === 'token' ? placedToken(run, first) : t('‘{0}’', shortened(rolled[most].label, 40));
    setWords(sentence, t('Most weight: {0} with {1}.', which, percent(largest)));
    bars.replaceChildren(
      barList(
        order.map((i) => ({
          label: name(rolled[i]),
          value: values[i],
          text: percent(values[i]),
          title: kind === 'token' ? tokenHover(run, rolled[i].tokens[0]) : name(rolled[i]),
          onPoint: (on) => selection.change({ pointed: on ? rolled[i].tokens[0] : null }),
        })),
        largest,
      ),
    );
    table.invalidate();
  };

  method.addEventListener('change', draw);
  unit.addEventListener('change', draw);

  return {
    element: left,
    units: { element: right },
    /** What is on show is the answer to; null where there is none. */
    asked() {
      const run = stage.run();
      const { token } = selection;
      return run?.explanation && run.model && !refusal(run, token) ? { token, how: how(run) } : null;
    },
    table: table.all,
    runChanged() {
      const run = stage.run();
      shown = null;
      nodes = [];
      bars.replaceChildren();
      if (run) list.rebuild(run);
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    themeChanged() {
      list.recolor();
      draw();
    },
    shown() {
      const run = stage.run();
      visible = true;
      if (!run?.explanation) return;
      listMethods(run);
      if (run.model) picker.rebuild(run.model.layers, run.model.heads, selection.head);
      draw();
      void stage.host
        .call('syntax', {})
        .then((found) => {
          if (stage.run() !== run) return;
          nodes = found;
          if (unit.value === 'node') draw();
        })
        .catch(() => {});
    },
  };
}
