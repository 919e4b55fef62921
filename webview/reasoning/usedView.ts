/** Is the reasoning used? The model's own steps are changed on fresh problems, and what becomes of the answer is counted. */
import type { AlteredReasoning, AlteredRow } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roundPercent } from '../shared/numbers';
import { button } from '../shared/toolkit';
import type { ModelView, Stage } from './stage';
import { number } from './startView';

export function usedView(stage: Stage): ModelView {
  const problems = number(t('Problems'), 20, 1, 500);
  const steps = number(t('Steps'), 4, 2, 8);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const sentence = h('p', { class: 'sentence-small' });
  const table = h('table', { class: 'pairs used' });
  const early = h('p', { class: 'sentence-small early' });
  let rows: AlteredRow[] = [];
  let modelName = '';
  let isDone = false;

  const run = (): void => {
    const count = Number(problems.input.value);
    rows = [];
    isDone = false;
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
      isDone = true;
      draw();
      stage.say(sentenceOf(rows, modelName, isDone));
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
    sentence.textContent = rows.length > 0 ? sentenceOf(rows, modelName, isDone) : '';
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

/** Whether the answer is there before its last step is. */
function earlySentence(rows: readonly AlteredRow[]): string {
  const after = rows.find(({ altered }) => altered === 'early')?.after ?? [];
  const parts = after.map(({ same, trials }, kept) =>
    kept === 0
      ? t('before the first step: {0}', roundPercent(same / trials))
      : t('after step {0}: {1}', kept, roundPercent(same / trials)),
  );
  return t('Answers as before where it has to answer at once, {0}.', parts.join('; '));
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

function sentenceOf(rows: readonly AlteredRow[], model: string, isDone: boolean): string {
  const of = (altered: AlteredReasoning): AlteredRow | undefined => rows.find((row) => row.altered === altered);
  const [mistake, control, filler, others] = [of('mistake'), of('renamed'), of('filler'), of('paraphrased')];
  if (!mistake?.trials || !control?.trials || !filler?.trials) {
    return isDone
      ? t('{0} solved none of these problems rightly, so nothing can be said of its steps. Take fewer steps.', model)
      : t('No problem was solved rightly yet.');
  }
  const said = t(
    'With a mistake in a step the answer follows the mistake in {0} of cases; with a harmless change it stays in {1}. Without its steps, full stops in their place, it stays in {2}.',
    roundPercent(mistake.implied.count / mistake.trials),
    roundPercent(control.same.count / control.trials),
    roundPercent(filler.same.count / filler.trials),
  );
  const inOthers = others?.trials
    ? [t('Said in other words it stays in {0}.', roundPercent(others.same.count / others.trials))]
    : [];
  return t('{0}: {1}', model, [said, ...inOthers].join(' '));
}
