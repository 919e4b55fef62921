/** Why the answer is in doubt, what the bundled model can do, and who might do better, one click away. */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import { whyNot } from './ability';
import type { Stage, View } from './stage';

const EXAMPLES = 3;

export function abilityView(stage: Stage): View {
  const askVsCode = (): void => {
    const { shown } = stage.state;
    if (shown?.question == null) return;
    stage.state.whom = 'vscode';
    stage.solve(shown.question, shown.expected);
  };
  const words = h('p', { class: 'why' });
  const can = h('p', {});
  const list = h('ul', { class: 'problems' });
  const element = h(
    'section',
    { class: 'ability', 'data-section': 'ability' },
    words,
    can,
    list,
    h(
      'p',
      { class: 'hint' },
      t('A larger model may do better: a file on this machine, a model of VS Code, or a server that you run.'),
    ),
    h(
      'div',
      { class: 'row' },
      button(t('Choose model…'), () => void stage.host.call('chooseModel', {}).catch(() => {}), { secondary: true }),
      button(t('Ask a model of VS Code'), askVsCode, { secondary: true }),
      button(t('Connect a server…'), () => void stage.host.call('connectServer', {}).catch(() => {}), {
        secondary: true,
      }),
    ),
  );
  let asked = false;
  const fill = async (): Promise<void> => {
    if (asked) return;
    asked = true;
    const language = /\p{Script=Han}/u.test(stage.state.shown?.question ?? '') ? 'zh' : 'en';
    try {
      const problems = await stage.host.call('problems', { seed: 7, count: EXAMPLES, steps: 2, language });
      const buttons = problems.map(({ question, answer }) =>
        h('button', { class: 'link', type: 'button', onclick: () => stage.solve(question, answer) }, question),
      );
      list.replaceChildren(...buttons.map((one) => h('li', {}, one)));
    } catch (thrown) {
      stage.failed(thrown);
    }
  };
  return {
    element,
    draw() {
      const doubt = whyNot(stage.state.shown);
      show(element, doubt !== null);
      if (doubt === null) return;
      setText(words, doubt.why);
      show(words, doubt.why !== '');
      setText(can, doubt.can ?? '');
      show(can, doubt.can !== null);
      show(list, doubt.can !== null);
      if (doubt.can !== null) void fill();
    },
  };
}
