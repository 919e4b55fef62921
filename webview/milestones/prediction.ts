/** "Predict first": before the run the learner says which number will be largest, or draws the curve; afterwards both stand together. */
import type { MilestoneEvent } from '../../src/protocol/milestonePanelApi';
import type { Card, CheckedNumbers } from '../../src/protocol/milestones';
import { freshId, h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { writtenRow } from './cardView';
import { expectedCurve } from './expectedCurve';
import type { CurveToPredict, KeptInputs } from './experimentView';

export interface Prediction {
  /** Beside Run. */
  readonly toggle: HTMLElement;
  /** The question, and later the answer; within the experiment. */
  readonly element: HTMLElement;
  /** How the run goes. When one that began after the question is done, what was hidden is shown beside what was predicted. */
  follow(kind: MilestoneEvent['kind']): void;
  /** The numbers on show: of a run's card, or those that were checked. */
  told(card: Pick<Card, 'rows'> | null): void;
  /** The result on show. */
  drawn(result: unknown): void;
}

export interface PredictionOptions {
  /** Names of rows of one unit. */
  rows: readonly string[];
  checked: Pick<CheckedNumbers, 'rows'> | undefined;
  /** Of the entry's picture, where that is one. */
  curve: CurveToPredict<unknown> | undefined;
  kept: KeptInputs;
  /** Hides what would give it away, or shows it. */
  hide(hidden: boolean): void;
  say(text: string): void;
}

type Row = CheckedNumbers['rows'][number];

/** Of what is kept: the row that was chosen ('' is none of them); whether the outcome is hidden, RUNS while its run is under way. */
const [CHOICE, HIDDEN] = ['#predicted', '#predicting'];
const NONE = '';
const RUNS = 'runs';

export function prediction({ rows, checked, curve, kept, hide, say }: PredictionOptions): Prediction {
  let card: Pick<Card, 'rows'> | null = null;
  // What is told again of an earlier run, when the page is seen again, gives nothing away.
  const isHidden = (): boolean => kept.get(HIDDEN) === true || kept.get(HIDDEN) === RUNS;
  const chosen = (): string | undefined => {
    const choice = kept.get(CHOICE);
    return typeof choice === 'string' && (choice === NONE || rows.includes(choice)) ? choice : undefined;
  };
  const label = (choice: string): string => (choice === NONE ? t('none clearly') : t(choice));
  const name = freshId('predict');
  const choices = [...rows, NONE].map((choice) =>
    h(
      'label',
      { class: 'predict-choice' },
      h('input', {
        type: 'radio',
        name,
        value: choice,
        checked: chosen() === choice,
        onchange: () => {
          kept.set(CHOICE, choice);
          draw();
        },
      }),
      ` ${label(choice)}`,
    ),
  );
  const expected = curve && expectedCurve(curve, kept);
  const question = h(
    'fieldset',
    { class: 'predict', 'data-section': 'predict' },
    h('legend', {}, t('Which of these numbers will be largest?')),
    ...choices,
    expected && expected.question,
    h('p', { class: 'hint' }, t('Finding, picture, story and verdicts are hidden until your run is done.')),
    h('button', { class: 'chip', 'data-action': 'reveal', onclick: () => reveal() }, t('Show what we found')),
  );
  const both = h('div', {}, expected && expected.outcome);
  const answer = h('p', { class: 'predicted', 'data-section': 'predicted' });
  const toggle = h(
    'button',
    {
      class: 'chip',
      'data-action': 'predict',
      onclick: () => {
        const begins = !isHidden();
        if (begins) {
          kept.set(CHOICE, undefined);
          expected?.clear();
        }
        kept.set(HIDDEN, begins);
        for (const choice of choices) choice.querySelector('input')!.checked = false;
        draw();
        if (begins) choices[0].querySelector('input')!.focus();
      },
    },
    t('Predict first'),
  );

  function reveal(): void {
    if (!isHidden()) return;
    const hadFocus = question.contains(document.activeElement);
    kept.set(HIDDEN, false);
    draw();
    say(answer.textContent!);
    if (hadFocus) toggle.focus();
  }

  function draw(): void {
    const hidden = isHidden();
    const choice = chosen();
    toggle.setAttribute('aria-pressed', String(hidden));
    show(question, hidden);
    hide(hidden);
    const outcome = choice === undefined || hidden ? '' : inWords(rows, card ?? checked, card !== null);
    const said = outcome && `${t('You predicted: {0}.', label(choice!))} ${outcome}`;
    const curves = hidden ? '' : (expected?.inWords() ?? '');
    setText(answer, [said, curves].filter(Boolean).join(' '));
    show(answer, answer.textContent !== '');
    show(both, curves !== '');
  }
  draw();
  return {
    toggle,
    element: h('div', {}, question, answer, both),
    follow(kind) {
      if (!isHidden()) return;
      if (kind === 'done' && kept.get(HIDDEN) === RUNS) reveal();
      else if (kind !== 'done') kept.set(HIDDEN, kind === 'running' ? RUNS : true);
    },
    told(given) {
      card = given;
      draw();
    },
    drawn(result) {
      if (!curve) return;
      expected!.measured(curve.of(result));
      draw();
    },
  };
}

/** Which is largest, and whether it is clearly so. '' where there are not two numbers. */
function inWords(rows: readonly string[], numbers: { rows: readonly unknown[] } | undefined, isOwn: boolean): string {
  const known = (numbers?.rows ?? []) as readonly Row[];
  const [first, second] = known.filter(({ name }) => rows.includes(name)).sort((a, b) => b.value - a.value);
  if (!second) return '';
  const place = isOwn ? t('In your run') : t('In our checked numbers');
  const names = [t(first.name), writtenRow(first), t(second.name), writtenRow(second)];
  if (first.value === second.value) return t('{0} the two largest are level: {1} and {3}, at {2}.', place, ...names);
  const most = t('{0} the largest is: {1}, {2}; next: {3}, {4}.', place, ...names);
  const overlap = first.interval && second.interval && first.interval[0] <= second.interval[1];
  return overlap ? `${most} ${t('Their 95% intervals overlap: neither is clearly larger.')}` : most;
}
