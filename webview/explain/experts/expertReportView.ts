/** One layer's experts on this text: lanes under the tokens, load, what each takes, which go together. */
import type { ExpertReport, TokenClass } from '../../../src/protocol/readingApi';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { bits, decimal, integer, percent, roundPercent, signedDecimal, signedInteger } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { setWords } from '../chips';
import { barList } from '../token/barList';
import { expertLanes } from './expertLanes';
import { latest } from '../host';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf } from '../interventions/compared';
import type { Thing } from '../interventions/things';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { tokenName, tokenPlace, quoted } from '../words';

/** Experts and pairs that are listed. */
const LISTED = 8;

export function expertReportView(stage: Stage): View & { choose(layer: number): void } {
  const { selection } = stage;
  const title = h('h2', { id: freshId('layer-experts-title') });
  const choice = h('select', { 'aria-label': t('Layer') });
  const sentence = h('p', { class: 'words' });
  const aboutToken = h('p', { class: 'words' });
  const lanes = expertLanes(stage, () => ({ layer: run()?.experts[layer] ?? null, report }));
  const lists = h('div', { class: 'readings expert-lists' });
  const table = tableTwin(() => {
    if (!report) return null;
    const { load, topK, likes, margin } = report;
    return {
      caption: t('Experts of layer {0}: load and what they take', report.layer),
      columns: [
        t('Expert'),
        t('Tokens'),
        t('Share'),
        t('Takes most above chance'),
        t('Share of its tokens'),
        t('By chance'),
      ],
      rows: byLoad(load).map((expert) => {
        const like = likes.find((one) => one.expert === expert);
        return [
          cell(expert),
          cell(load[expert], integer),
          cell(load[expert] / (margin.length * topK), percent),
          like ? className(like.tokenClass) : '',
          like ? cell(like.share, roundPercent) : '',
          like ? cell(like.chance, roundPercent) : '',
        ];
      }),
    };
  });
  const apart = h('p', { class: 'hint' });
  const element = h(
    'section',
    { class: 'view', 'data-section': 'expert-report' },
    h('header', {}, title, choice),
    sentence,
    lanes.element,
    aboutToken,
    lists,
    info(
      t(
        'Margin: probability of the last expert taken minus that of the runner-up, the first one not taken. Entropy: how undecided the router was. What an expert takes: the class of tokens whose share among its tokens is furthest above its share of the text.',
      ),
    ),
    apart,
    table.element,
  );
  const compared = beforeAfter(stage);
  lists.after(compared.element);
  let layer = 0;
  let visible = false;
  let report: ExpertReport | null = null;
  let known = new Map<number, ExpertReport>();
  const ask = latest();
  const run = (): Run | null => stage.run();

  choice.addEventListener('change', () => {
    layer = Number(choice.value);
    load();
  });

  const load = (): void => {
    const of = run();
    report = known.get(layer) ?? null;
    draw();
    if (report || !visible || !of?.explanation || !of.experts[layer]) return;
    const wanted = layer;
    ask(async (signal) => {
      const answer = await stage.host.call('expertReport', { layer: wanted }, { signal });
      if (run() !== of) return;
      known.set(wanted, answer);
      load();
    });
  };

  const draw = oncePerFrame(() => {
    const of = run();
    const mixture = (of?.model?.experts ?? 0) > 0;
    show(element, mixture);
    if (!of || !mixture) return;
    setWords(title, t('Experts of layer {0}', layer));
    choice.value = String(layer);
    const { routing } = of.model!;
    show(apart, routing !== undefined);
    setWords(
      apart,
      routing
        ? t('Here margin and runner-up go by what experts are chosen by, entropy by scores made to sum to 1.')
        : '',
    );
    lanes.draw();
    drawToken(of);
    if (!report) return;
    drawReport(report);
    compare(of, report);
    table.invalidate();
  });

  const compare = (of: Run, is: ExpertReport): void =>
    compared.look(String(is.layer), async (before, signal) => {
      const was = await before.call('expertReport', { layer: is.layer }, { signal });
      const expert = (one: number): Thing => ({ kind: 'expert', layer: is.layer, expert: one, token: null });
      return [
        {
          heading: t('Load of layer {0}’s experts, in tokens: before → after', is.layer),
          of: t('Expert'),
          pairs: pairsOf(was.load, is.load, (one) => t('expert {0}', one), expert),
          value: integer,
          change: signedInteger,
        },
        {
          heading: t('How undecided layer {0}’s router was, in bits: before → after', is.layer),
          of: t('Token'),
          pairs: pairsOf(
            was.entropy,
            is.entropy,
            (token) => tokenName(of, token),
            (token) => ({ kind: 'token', token }),
          ),
          value: decimal,
          change: signedDecimal,
        },
      ];
    });

  const drawReport = (one: ExpertReport): void => {
    const idle = one.load.filter((tokens) => tokens === 0).length;
    const [busiest] = byLoad(one.load);
    setWords(
      sentence,
      t(
        'Expert {0} is the busiest: it took {1} times its even share, which is 1 where a router balances perfectly. {2} of {3} experts took no token of this text.',
        busiest,
        decimal(one.imbalance),
        integer(idle),
        integer(one.experts),
      ),
    );
    const tokens = one.margin.length;
    const expertOf = (expert: number): Thing => ({ kind: 'expert', layer: one.layer, expert, token: null });
    const loads = byLoad(one.load)
      .slice(0, LISTED)
      .map((expert) => ({
        label: t('expert {0}', expert),
        value: one.load[expert],
        text: percent(one.load[expert] / (tokens * one.topK)),
        title: t('{0} tokens', integer(one.load[expert])),
        thing: expertOf(expert),
        onPoint: () => {},
      }));
    const likes = one.likes.slice(0, LISTED).map((like) => ({
      label: t('expert {0}', like.expert),
      value: like.share,
      text: `${className(like.tokenClass)} ${roundPercent(like.share)}`,
      title: t('{0} of the text by chance', roundPercent(like.chance)),
      thing: expertOf(like.expert),
      onPoint: () => {},
    }));
    const pairs = one.together.slice(0, LISTED).map(({ a, b, tokens: both, lift }) => ({
      label: `${a} + ${b}`,
      value: both,
      text: t('{0}, {1} × chance', integer(both), decimal(lift)),
      title: t('{0} tokens', integer(both)),
      onPoint: () => {},
    }));
    const list = (name: string, bars: Parameters<typeof barList>[0], largest: number): HTMLElement =>
      h(
        'div',
        { 'data-list': name },
        h('h3', {}, name),
        bars.length > 0 ? barList(bars, largest) : h('p', { class: 'hint' }, t('Too few tokens to say.')),
      );
    lists.replaceChildren(
      list(t('Load'), loads, loads[0].value),
      list(t('What they take'), likes, 1),
      ...(one.topK > 1 ? [list(t('Taken together'), pairs, pairs[0]?.value ?? 1)] : []),
    );
  };

  const drawToken = (of: Run): void => {
    const { token } = selection;
    if (!report || token >= report.margin.length) return setWords(aboutToken, '');
    setWords(
      aboutToken,
      t(
        'Token {0} {1}: margin {2}, runner-up expert {3}, entropy {4}.',
        tokenPlace(of, token),
        quoted(of.tokens[token]),
        (of.model?.routing ? decimal : percent)(report.margin[token]),
        report.runnerUp[token],
        bits(report.entropy[token]),
      ),
    );
  };

  return {
    element,
    table: table.all,
    compared: compared.tables,
    choose(wanted) {
      layer = wanted;
      load();
    },
    runChanged() {
      known = new Map();
      report = null;
      compared.clear();
      lanes.runChanged();
      lists.replaceChildren();
      setWords(sentence, '');
      draw();
    },
    completed() {
      const layers = run()?.experts.length ?? 0;
      choice.replaceChildren(...Array.from({ length: layers }, (_, l) => h('option', { value: l }, t('layer {0}', l))));
      if (layer >= layers) layer = 0;
      load();
    },
    selectionChanged: draw,
    themeChanged: draw,
    shown() {
      visible = true;
      load();
    },
  };
}

function byLoad(load: Uint32Array): number[] {
  return Array.from(load.keys()).sort((a, b) => load[b] - load[a] || a - b);
}

function className(kind: TokenClass): string {
  switch (kind) {
    case 'word':
      return t('words');
    case 'keyword':
      return t('keywords');
    case 'number':
      return t('numbers');
    case 'bracket':
      return t('brackets');
    case 'punctuation':
      return t('punctuation');
    case 'operator':
      return t('operators');
    case 'line-break':
      return t('line breaks');
    case 'space':
      return t('white space');
    case 'other':
      return t('other tokens');
  }
}
