/** Is the reasoning used? The model's own steps are changed on fresh problems, and what becomes of the answer is counted. */
import type { AlteredReasoning, AlteredRow } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';
import { button } from '../shared/toolkit';
import type { ModelView, Stage } from './stage';
import { number } from './startView';
import { earlySentence, usedSentence } from './usedWords';

export function usedView(stage: Stage): ModelView {
  const problems = number(t('Problems'), 20, 1, 500);
  const steps = number(t('Steps'), 4, 1, 8);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const sentence = h('p', { class: 'sentence-small' });
  const table = h('table', { class: 'pairs used' });
  const early = h('p', { class: 'sentence-small early' });
  let rows: AlteredRow[] = [];
  let modelName = '';
  /** Problems that were tried; null: not all yet. */
  let done: number | null = null;

  const run = (): void => {
    const count = Number(problems.input.value);
    rows = [];
    done = null;
    stage.run(t('Changing the steps of fresh problems…'), async (signal, progress) => {
      const options = { seed: Number(seed.input.value), count, steps: Number(steps.input.value) };
      rows = await stage.host.call(
        'usedReasoning',
        { ...options, language: 'both' },
        {
          signal,
          onProgress: (report) => {
            if (report.kind !== 'altered') return;
            rows = report.rows;
            progress(t('Changing the steps of fresh problems: {0} of {1}', report.done, count));
            draw();
          },
        },
      );
      done = count;
      draw();
      stage.say(usedSentence(rows, modelName, count));
    });
  };
  const element = h(
    'details',
    { class: 'compare', 'data-section': 'used' },
    h('summary', {}, t('Is the reasoning used? Change a step and see what becomes of the answer')),
    h(
      'p',
      { class: 'hint' },
      t(
        'On fresh problems that the loaded model solves rightly, its own steps are changed, as in Lanham et al. (2023). An answer that follows a changed step shows that the text is used; it does not show that the text says why: a model trained to copy numbers from its steps follows them whatever they say.',
      ),
    ),
    h('div', { class: 'row' }, button(t('Run'), run), problems.label, steps.label, seed.label),
    sentence,
    table,
    early,
  );
  const draw = oncePerFrame(() => {
    const isThere = rows.some(({ trials }) => trials > 0);
    show(sentence, rows.length > 0);
    sentence.textContent = rows.length > 0 ? usedSentence(rows, modelName, done) : '';
    show(table, isThere);
    show(early, isThere);
    if (!isThere) return;
    early.textContent = earlySentence(rows);
    const column = (words: string): HTMLElement => h('th', { scope: 'col' }, words);
    table.replaceChildren(
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          column(t('What is changed')),
          column(t('Problems')),
          column(t('Answer as before')),
          column(t('As the changed text implies')),
          column(t('Another')),
        ),
      ),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...cells(row).map((words) => h('td', {}, words))))),
    );
  });
  draw();
  return {
    element,
    model(name) {
      // What another model did says nothing of this one.
      if (name !== modelName) rows = [];
      modelName = name;
      draw();
    },
  };
}

const shareWords = ({ count, interval: [low, high] }: AlteredRow['same'], trials: number): string =>
  trials === 0 ? '–' : `${roundPercent(count / trials)} [${roundPercent(low)}, ${roundPercent(high)}]`;

function cells({ altered, trials, same, implied, other }: AlteredRow): string[] {
  const canImply = altered === 'mistake';
  return [
    nameOf(altered),
    String(trials),
    shareWords(same, trials),
    canImply ? shareWords(implied, trials) : '–',
    shareWords(other, trials),
  ];
}

function nameOf(altered: AlteredReasoning): string {
  const names: Readonly<Record<AlteredReasoning, string>> = {
    early: t('Cut off before a step, and made to answer'),
    filler: t('All steps replaced by full stops, as many tokens'),
    sums: t('The sums kept, their words left out'),
    paraphrased: t('Said in other words up to a step, its sums kept, and on from there'),
    mistake: t('A mistake in a step, and on from there'),
    renamed: t('Control: another word in a step, no number, and on from there'),
    resampled: t('Control: nothing changed, written on at random from a step'),
  };
  return names[altered];
}
