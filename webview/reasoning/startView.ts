/** Where a chain of thought comes from: a problem typed or chosen from fresh ones, or a file. */
import type { WordProblem } from '../../src/protocol/reasoning';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';

const COUNT = 6;

export function startView(stage: Stage): View & { open(isOpen: boolean): void } {
  const text = h('textarea', {
    rows: 3,
    'aria-label': t('A problem to solve'),
    placeholder: t('Type a problem, such as: Ann has 5 pens. She buys 3 more. How many pens does Ann have now?'),
  });
  const list = h('ul', { class: 'problems' });
  const steps = number(t('Steps in each'), 3, 1, 8);
  const seed = number(t('Seed'), 1, 0, 999_999);
  const language = h(
    'select',
    { 'aria-label': t('Language of the problems') },
    h('option', { value: 'both' }, t('English and Chinese')),
    h('option', { value: 'en' }, 'English'),
    h('option', { value: 'zh' }, '中文'),
  );
  const solveTyped = (): void => {
    const question = text.value.trim();
    if (question) stage.solve(question, null);
    else text.focus();
  };
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) solveTyped();
  });
  const refresh = async (): Promise<void> => {
    try {
      const problems = await stage.host.call('problems', {
        seed: Number(seed.input.value),
        count: COUNT,
        steps: Number(steps.input.value),
        language: language.value as 'both',
      });
      list.replaceChildren(...problems.map((problem) => h('li', {}, problemButton(problem))));
    } catch (thrown) {
      stage.failed(thrown);
    }
  };
  const problemButton = ({ question, answer }: WordProblem): HTMLElement =>
    h('button', { class: 'link', type: 'button', onclick: () => stage.solve(question, answer) }, question);
  for (const control of [steps.input, seed.input, language]) control.addEventListener('change', () => void refresh());
  const summary = h('summary', {}, t('Another problem, or a trace from a file'));
  const element = h(
    'details',
    { class: 'start', 'data-section': 'start', open: true },
    summary,
    h(
      'div',
      { class: 'start-body' },
      text,
      h(
        'div',
        { class: 'row' },
        button(t('Solve'), solveTyped),
        button(
          t('Import a trace…'),
          () => void stage.host.call('importFile', {}).catch((thrown: unknown) => stage.failed(thrown)),
          {
            secondary: true,
          },
        ),
        button(t('Choose model…'), () => void stage.host.call('chooseModel', {}).catch(() => {}), { secondary: true }),
      ),
      h('h2', {}, t('Or take a fresh one')),
      h(
        'div',
        { class: 'row' },
        steps.label,
        seed.label,
        language,
        button(
          t('Other problems'),
          () => {
            seed.input.value = String((Number(seed.input.value) + 1) % 1_000_000);
            void refresh();
          },
          { secondary: true },
        ),
      ),
      list,
    ),
  );
  void refresh();
  return {
    element,
    open(isOpen) {
      element.open = isOpen;
    },
  };
}

export function number(
  name: string,
  value: number,
  min: number,
  max: number,
): { label: HTMLElement; input: HTMLInputElement } {
  const input = h('input', { type: 'number', value, min, max, step: 1 });
  // What lies outside is taken back to the nearest that is allowed.
  input.addEventListener('change', () => {
    const whole = Math.round(Number(input.value));
    input.value = String(Math.min(max, Math.max(min, Number.isFinite(whole) ? whole : value)));
  });
  return { label: h('label', { class: 'number' }, name, ' ', input), input };
}
