/** The rule's gain against how hard is picked, who orders pairs rightly, what each judge picks of the same answers, and what can be tried. */
import {
  controls,
  JUDGES,
  type Answer,
  type Example,
  type Judge,
  type Options,
  type Result,
} from '../../../src/milestones/chatgpt/options';
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { decimal, roundPercent } from '../../shared/numbers';
import { barPlot, linePlot } from '../../shared/plot';
import type { ExperimentView } from '../experimentView';
import { simpleTable } from '../simpleTable';
import { trial } from '../../../src/milestones/chatgpt/trial';
import { clicksView } from './viewClicks';
import { windowView } from './viewWindow';

/** Each has its colour and dashes in every picture. */
const SERIES: Readonly<Record<Judge, number>> = {
  learned160: 0,
  length: 1,
  shuffled: 2,
  rule: 3,
  learned40: 4,
  learned10: 5,
  likeliest: 6,
};

/** In the first picture; how fewer preferences do, and the model's own probability, is another. */
const FIRST: readonly Judge[] = ['learned160', 'length', 'shuffled', 'rule'];

/** Of which the reward's own promise is drawn beside what the rule says. */
const PROMISED = ['learned10', 'learned160'] as const;
const PROMISE = { learned10: 6, learned160: 7 };

export const view: ExperimentView<Options, Result> = {
  controls,
  trial,
  curve: () => ({
    name: judgeName('learned160'),
    x: { label: t('ln n − (n − 1) / n, in nats: an upper bound of how far it goes from the model'), format: decimal },
    y: { label: t('gain by the rule'), domain: [-1.5, 1.5], format: decimal },
    // Of the best of 1, 2, 4, … 32.
    at: [0, 0.193, 0.636, 1.204, 1.835, 2.497],
    difference: (value) => t('{0} standard deviations', decimal(value)),
    of: ({ divergence, gains: { learned160 } }) => (learned160 ? { x: divergence, y: learned160 } : null),
  }),
  mount(stage) {
    const curves = linePlot({
      title: t('What picking the best of n brings, by the rule'),
      hint: t(
        'Gain over one drawn answer, in standard deviations. The rule itself is the ceiling; length alone and shuffled preferences are the controls. To the right the picking gets harder.',
      ),
      x: { label: t('ln n − (n − 1) / n, in nats: an upper bound of how far it goes from the model'), format: decimal },
      y: { label: t('gain by the rule'), format: decimal },
      named: true,
    });
    const fewer = linePlot({
      title: t('The same with fewer preferences, and by the model’s own probability'),
      x: { label: t('ln n − (n − 1) / n, in nats: an upper bound of how far it goes from the model'), format: decimal },
      y: { label: t('gain by the rule'), format: decimal },
      named: true,
    });
    const promises = linePlot({
      title: t('What the reward promises, and what the rule says'),
      hint: t(
        'Only where the rule’s curve falls while the reward’s rises are its errors being picked: Goodhart’s law.',
      ),
      x: { label: t('ln n − (n − 1) / n, in nats: an upper bound of how far it goes from the model'), format: decimal },
      y: { label: t('gain'), format: decimal },
    });
    const pairs = barPlot({
      title: t('Held-out pairs ordered as the rule does'),
      value: { label: t('pairs'), domain: [0, 1], format: roundPercent },
      reference: { value: 0.5, name: t('chance') },
    });
    const sample = h('div', { class: 'sample' });
    const clicks = clicksView(stage);
    const window = windowView(stage);
    return {
      lead: curves.element,
      element: h(
        'div',
        { class: 'plots' },
        fewer.element,
        promises.element,
        pairs.element,
        sample,
        clicks.element,
        window.element,
      ),
      draw(result, _options, final) {
        const { divergence, gains, proxies, agreement } = result;
        const judges = JUDGES.filter((judge) => gains[judge] !== undefined);
        const lineOf = (judge: Judge) => ({
          name: judgeName(judge),
          x: divergence,
          y: gains[judge]!,
          dots: true,
          series: SERIES[judge],
        });
        const lines = judges.filter((judge) => FIRST.includes(judge)).map(lineOf);
        curves.set(lines);
        fewer.set(judges.filter((judge) => judge === 'learned160' || !FIRST.includes(judge)).map(lineOf));
        curves.describe(lines.map(({ name, y }) => t('{0}: {1}.', name, y.map(decimal).join(' → '))).join(' '));
        promises.set(
          PROMISED.filter((judge) => judges.includes(judge)).flatMap((judge) => [
            { ...lineOf(judge), name: t('{0}, by the rule', judgeName(judge)) },
            {
              ...lineOf(judge),
              name: t('{0}, by itself', judgeName(judge)),
              y: proxies[judge]!,
              series: PROMISE[judge],
            },
          ]),
        );
        pairs.set(
          judges
            .filter((judge) => judge !== 'rule')
            .map((judge) => ({
              name: judgeName(judge),
              value: agreement[judge]!,
              series: SERIES[judge],
            })),
        );
        for (const { element } of [curves, promises, pairs]) show(element, judges.length > 0);
        clicks.draw(final);
        window.draw(final);
        const { examples } = result;
        sample.replaceChildren(...(examples.length > 0 ? examples.map(exampleOf) : [drawnSoFar(result.sample)]));
      },
    };
  },
};

function judgeName(judge: Judge): string {
  const names = {
    learned10: t('10 preferences'),
    learned40: t('40 preferences'),
    learned160: t('160 preferences'),
    length: t('length alone'),
    shuffled: t('shuffled preferences'),
    likeliest: t('the model’s own probability'),
    rule: t('the rule itself'),
  };
  return names[judge];
}

const rowOf = (name: string, { text, score }: Answer): string[] => [name, text.trim(), decimal(score)];

function drawnSoFar(answers: readonly Answer[]): HTMLElement {
  return simpleTable(
    t('The first answers, with their scores by the rule'),
    [t('number'), t('answer'), t('score')],
    answers.map((each, at) => rowOf(String(at + 1), each)),
  );
}

function exampleOf({ beginning, first, picks }: Example): HTMLElement {
  return simpleTable(
    t('“{0}…” goes on', beginning.trim()),
    [t('picked by'), t('answer'), t('score')],
    [
      rowOf(t('nobody: the first'), first),
      rowOf(judgeName('learned10'), picks.learned10),
      rowOf(judgeName('learned160'), picks.learned160),
      rowOf(judgeName('length'), picks.length),
      rowOf(judgeName('rule'), picks.rule),
    ],
  );
}
