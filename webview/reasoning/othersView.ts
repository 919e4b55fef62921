/** How do other chains of thought go about the same problem? Their answers, and one of them step by step beside this one. */
import type { Alignment, AlignedPair, Step } from '../../src/protocol/reasoning';
import { sameAnswer } from '../../src/shared/sameAnswer';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import { answerGroups } from './others';
import type { Stage, View } from './stage';
import type { Shown } from './state';
import { sumSign } from './sumSign';
import { stepName } from './words';

/** Rows beyond these are counted. */
const MOST_ROWS = 400;

export function othersView(stage: Stage, ask: () => void): View {
  const sentence = h('p', { class: 'sentence-small' });
  const groups = h('ul', { class: 'answers' });
  const which = h('select', { 'aria-label': t('Beside this one') });
  const whichLine = h('label', {}, t('Beside this one'), ' ', which);
  const onlyDiffering = h('input', { type: 'checkbox' });
  const onlyLine = h('label', { class: 'number' }, onlyDiffering, ' ', t('Only where they differ'));
  const table = h('table', { class: 'pairs' });
  const more = h('p', { class: 'hint' });
  const body = h('div', {}, sentence, groups, h('div', { class: 'row' }, whichLine, onlyLine), table, more);
  const element = h(
    'details',
    { class: 'others', 'data-section': 'others' },
    h('summary', {}, h('h2', {}, t('Beside another chain of thought'))),
    h('div', { class: 'row' }, button(t('Compare with…'), ask, { secondary: true })),
    body,
  );
  let drawn: unknown;
  which.addEventListener('change', () => {
    stage.state.beside = Number(which.value);
    stage.changed();
  });
  onlyDiffering.addEventListener('change', () => {
    drawn = null;
    draw();
  });

  const draw = (): void => {
    const { shown, others, alignments, beside } = stage.state;
    show(element, shown !== null);
    show(body, others.length > 0);
    if (!shown || others.length === 0) return;
    element.open ||= drawn === undefined;
    const key = [shown, others, alignments, beside].map(identity).join();
    if (drawn === key) return;
    drawn = key;
    setText(sentence, sentenceOf(shown, others, alignments, beside));
    show(groups, others.length > 1);
    groups.replaceChildren(...answerGroups(shown, others, alignments).map((group) => h('li', {}, groupWords(group))));
    show(whichLine, others.length > 1);
    which.replaceChildren(
      ...others.map(({ origin, answer }, i) => {
        const title = origin.kind === 'import' ? origin.title : '';
        return h('option', { value: i }, t('{0}: {1}, answer {2}', i + 1, title, answer ?? t('none')));
      }),
    );
    which.value = String(beside);
    const alignment = alignments[beside];
    show(table, alignment !== undefined);
    if (!alignment) return;
    const pairs = onlyDiffering.checked ? alignment.pairs.filter(isApart) : alignment.pairs;
    table.replaceChildren(...tableOf(stage, shown, others[beside], pairs.slice(0, MOST_ROWS)));
    setText(more, moreWords(pairs.length, alignment.isWhole));
  };
  return { element, draw };
}

/** Objects by when they were first seen, so that what is on show is drawn once. */
const seen = new WeakMap<object, number>();
let count = 0;
function identity(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Number(value);
  if (!seen.has(value)) seen.set(value, ++count);
  return seen.get(value)!;
}

const isApart = ({ left, right, differs }: AlignedPair): boolean => differs || left === null || right === null;

function sentenceOf(
  shown: Shown,
  others: readonly Shown[],
  alignments: readonly (Alignment | undefined)[],
  beside: number,
): string {
  const other = others[beside];
  const alignment = alignments[beside];
  const answers =
    shown.answer === null || other.answer === null
      ? t('This one comes to {0}, the other to {1}.', shown.answer ?? t('no answer'), other.answer ?? t('no answer'))
      : sameAnswer(shown.answer, other.answer)
        ? t('Both come to {0}.', shown.answer)
        : t('This one comes to {0}, the other to {1}.', shown.answer, other.answer);
  if (!alignment) return answers;
  if (alignment.first === null) return `${answers} ${t('Where both calculate the same thing, they come to the same.')}`;
  const { left, right } = alignment.pairs[alignment.first];
  const sum = (steps: Shown['steps'], at: number): string => steps[at].equations.map(({ text }) => text).join('; ');
  const parted = t(
    'They first part at step {0}: here {1}, there {2}.',
    left! + 1,
    sum(shown.steps, left!),
    sum(other.steps, right!),
  );
  return `${answers} ${parted}`;
}

function groupWords({ answer, count: of, isOwn, partsAt }: ReturnType<typeof answerGroups>[number]): string {
  const times = of === 1 ? t('once') : t('{0} times', of);
  const words = answer === null ? t('No answer: {0}', times) : t('Answer {0}: {1}', answer, times);
  if (isOwn) return t('{0}, this one among them', words);
  return partsAt === null ? words : t('{0}; the first of them parts from this one at step {1}', words, partsAt + 1);
}

function tableOf(stage: Stage, shown: Shown, other: Shown, pairs: readonly AlignedPair[]): HTMLElement[] {
  const head = h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, t('This one')),
      h('th', { scope: 'col' }, h('span', { class: 'only-read-out' }, t('differs'))),
      h('th', { scope: 'col' }, t('The other')),
    ),
  );
  const rows = pairs.map(({ left, right, differs }) => {
    const own = left === null ? '' : h('button', { class: 'link', type: 'button' }, stepName(shown, left));
    if (left !== null) (own as HTMLElement).addEventListener('click', () => stage.goTo(left, true));
    return h(
      'tr',
      { class: differs ? 'differs' : '' },
      h('td', {}, own, ...(left === null ? [] : checked(shown.steps[left]))),
      h('td', { class: 'sign', 'aria-label': differs ? t('differs') : '' }, differs ? '≠' : ''),
      h('td', {}, ...(right === null ? [] : [stepName(other, right), ...checked(other.steps[right])])),
    );
  });
  return [head, h('tbody', {}, ...rows)];
}

/** A step with the signs of its sums, so that where two part it is seen which of them is wrong. */
const checked = (step: Step): (HTMLElement | string)[] => [
  ` ${step.text}`,
  ...step.equations.map((sum) => sumSign(sum, step)),
];

function moreWords(rows: number, isWhole: boolean): string {
  const words = [
    ...(rows > MOST_ROWS ? [t('{0} more rows are not shown.', rows - MOST_ROWS)] : []),
    ...(isWhole ? [] : [t('Of longer traces only the first steps are laid beside each other.')]),
  ];
  return words.join(' ');
}
