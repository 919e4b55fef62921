/** What if the step had been another? It is edited, the model goes on from there, and both are shown side by side. */
import { sameAnswer } from '../../src/shared/sameAnswer';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import { diffSteps } from './diff';
import type { Stage, View } from './stage';
import { divided, joined, type Shown } from './state';
import { stepName } from './words';

export function branchView(stage: Stage): View {
  const title = h('h2');
  const editor = h('textarea', { rows: 2, 'aria-label': t('The step, to be edited') });
  const result = h('div', { class: 'branch' });
  const goOn = button(t('Go on from here'), () => branch());
  const join = button(
    t('Join to the step before'),
    () => stage.divide(joined(stage.state.shown!.steps, stage.state.position)),
    {
      secondary: true,
    },
  );
  const divide = button(
    t('Divide at the cursor'),
    () => {
      const { shown, position } = stage.state;
      stage.divide(divided(shown!.steps, shown!.text, shown!.steps[position].start + editor.selectionStart));
    },
    { secondary: true },
  );
  const unasked = h('p', { class: 'hint' }, t('This trace has no question, so no model can go on from another step.'));
  const element = h(
    'section',
    { class: 'branches', 'data-section': 'branches' },
    title,
    editor,
    h('div', { class: 'row' }, goOn, join, divide),
    unasked,
    result,
  );
  let at = -1;

  const branch = (): void => {
    const { shown, position } = stage.state;
    if (!shown?.question) return;
    const { start } = shown.steps[position];
    const first = shown.steps[0].start;
    const written = `${shown.text.slice(first, start)}${editor.value.trim()}\n`;
    stage.run(t('Going on from the edited step…'), async (signal) => {
      const { text, ids, answer, ending, modelName, prompt } = await stage.host.call(
        'solve',
        { question: shown.question!, withSteps: true, written },
        { signal },
      );
      const into = { by: 'lines' as const, start: 0, end: text.length };
      const steps = await stage.host.call('divide', { text, into, question: shown.question }, { signal });
      if (stage.state.shown !== shown) return;
      const origin = { kind: 'live' as const, modelName, prompt, ending };
      draw2(shown, { ...shown, origin, text, ids, steps, division: 'lines', answer, logprobs: [] });
    });
  };
  const draw2 = (before: Shown, after: Shown): void => {
    const rows = diffSteps(
      before.steps.map(({ text }) => text),
      after.steps.map(({ text }) => text),
    );
    result.replaceChildren(
      h(
        'p',
        { class: 'sentence-small' },
        sameAnswer(before.answer, after.answer)
          ? t('The answer stays {0}.', after.answer ?? '–')
          : t('The answer changes from {0} to {1}.', before.answer ?? '–', after.answer ?? '–'),
      ),
      h(
        'table',
        { class: 'diff' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('Before')), h('th', { scope: 'col' }, t('After')))),
        h(
          'tbody',
          {},
          ...rows.map(({ left, right }) => {
            const same = left !== null && right !== null && left.trim() === right.trim();
            return h('tr', { class: same ? '' : 'changed' }, cell(left, same, '−'), cell(right, same, '+'));
          }),
        ),
      ),
      h(
        'div',
        { class: 'row' },
        button(t('Step through this one'), () => stage.show(after), { secondary: true }),
      ),
    );
    stage.say(result.firstChild?.textContent ?? '');
  };
  const draw = oncePerFrame(() => {
    const { shown, position } = stage.state;
    show(element, shown !== null);
    if (!shown) return;
    title.textContent = t('What if {0} had been another?', stepName(shown, position));
    if (at !== position) editor.value = shown.steps[position].text;
    at = position;
    const isStep = !shown.steps[position].isAnswer;
    show(goOn, isStep && shown.question !== null);
    show(unasked, isStep && shown.question === null);
    show(join, isStep && position > 0);
    show(divide, isStep);
  });
  return {
    element,
    begun() {
      at = -1;
      result.replaceChildren();
      draw();
    },
    draw,
  };
}

/** Signs tell what changed; colour only helps. */
function cell(text: string | null, same: boolean, sign: string): HTMLElement {
  return h('td', {}, text === null ? '' : same ? text : `${sign} ${text}`);
}
