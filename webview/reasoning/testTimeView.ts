/** What does more computation at test time buy? Right answers against tokens, on the model in use. */
import type { SolvingWay, SpentTokens } from '../../src/protocol/testTime';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { integer, roundPercent } from '../shared/numbers';
import { withTimeLeft } from '../shared/timeLeft';
import { linesOf, tokensPlot, wayName } from '../shared/tokensSpent';
import { button } from '../shared/toolkit';
import type { ModelView, Stage } from './stage';
import { number } from './startView';

const TEMPERATURE = 0.7;

export function testTimeView(stage: Stage): ModelView {
  const problems = number(t('Problems'), 10, 1, 200);
  const steps = number(t('Steps'), 6, 2, 8);
  const samples = number(t('Solutions sampled for each problem'), 5, 2, 16);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const sentence = h('p', { class: 'sentence-small' });
  const table = h('table', { class: 'pairs used' });
  const plot = tokensPlot();
  let spent: SpentTokens | null = null;
  let modelName = '';

  const run = (): void => {
    const count = Number(problems.input.value);
    spent = null;
    stage.run(t('Spending tokens on fresh problems…'), async (signal, progress) => {
      const started = performance.now();
      const options = { seed: Number(seed.input.value), count, steps: Number(steps.input.value) };
      spent = await stage.host.call(
        'testTime',
        { ...options, samples: Number(samples.input.value), temperature: TEMPERATURE, language: 'both' },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'spent') return;
            spent = report.spent;
            const words = t('Spending tokens on fresh problems: {0} of {1}', report.done, count);
            progress(withTimeLeft(words, report.done, count, performance.now() - started));
            draw();
          },
        },
      );
      draw();
      stage.say(sentence.textContent);
    });
  };
  const element = h(
    'details',
    { class: 'compare', 'data-section': 'test-time' },
    h('summary', {}, t('Does more computation help? Right answers against tokens')),
    h(
      'p',
      { class: 'hint' },
      t(
        'The loaded model solves the same fresh problems once, many times with a vote, and checked: at the first wrong sum it is cut and written anew. The checker does sums and never sees the right answer.',
      ),
    ),
    h('div', { class: 'row' }, button(t('Run'), run), problems.label, steps.label, samples.label, seed.label),
    sentence,
    plot.element,
    table,
  );
  const draw = oncePerFrame(() => {
    show(sentence, spent !== null);
    show(plot.element, spent !== null);
    show(table, spent !== null);
    if (!spent) return;
    sentence.textContent = t('{0}: {1}', modelName, sentenceOf(spent));
    plot.set(linesOf(spent.curves));
    const column = (words: string): HTMLElement => h('th', { scope: 'col' }, words);
    table.replaceChildren(
      h(
        'thead',
        {},
        h('tr', {}, column(t('Way')), column(t('right answers')), column(t('tokens written for a problem'))),
      ),
      h('tbody', {}, ...spent.ways.map((way) => h('tr', {}, ...cells(way).map((words) => h('td', {}, words))))),
    );
  });
  draw();
  return {
    element,
    model(name) {
      if (name !== modelName) spent = null;
      modelName = name;
      draw();
    },
  };
}

const shareWords = ({ right, low, high }: SolvingWay): string =>
  `${roundPercent(right)} [${roundPercent(low)}, ${roundPercent(high)}]`;

const cells = (way: SolvingWay): string[] => [wayName(way.name), shareWords(way), integer(way.tokens)];

function sentenceOf({ ways, accepted, falseAccepts }: SpentTokens): string {
  const of = (name: SolvingWay['name']): SolvingWay => ways.find((way) => way.name === name)!;
  const said = t(
    'Written once it is right in {0} of problems, by vote in {1}, checked and refined in {2}.',
    shareWords(of('greedy')),
    shareWords(of('vote')),
    shareWords(of('refined')),
  );
  if (accepted === 0) return said;
  return `${said} ${t('Of {0} solutions that the checker let through, {1} have a wrong answer.', accepted, falseAccepts)}`;
}
