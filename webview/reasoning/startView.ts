/** Where a chain of thought comes from: a problem typed or chosen from fresh ones, and who solves it, or a file. */
import type { WordProblem } from '../../src/protocol/reasoning';
import type { Importing } from '../../src/protocol/reasoningWorkerApi';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button } from '../shared/toolkit';
import type { Stage, View } from './stage';
import type { Solver } from './state';

const COUNT = 6;

export interface StartView extends View {
  open(isOpen: boolean): void;
  /** What is asked where the person chooses a server; empty where none is set. */
  server(name: string): void;
  /** The loaded model; empty where there is none. */
  model(name: string): void;
}

export function startView(stage: Stage): StartView {
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
  const solver = solverChoice(stage);
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
  const summary = h('summary', {});
  const heading = h('h1', { class: 'sentence' }, t('Give a model a problem, and walk through its answer step by step'));
  const details = h(
    'details',
    { open: true },
    summary,
    h(
      'div',
      { class: 'start-body' },
      text,
      h(
        'div',
        { class: 'row' },
        button(t('Solve'), solveTyped),
        solver.select,
        button(t('Import a trace…'), () => importFile(stage), { secondary: true }),
        button(t('Choose model…'), () => void stage.host.call('chooseModel', {}).catch(() => {}), { secondary: true }),
      ),
      solver.line,
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
    element: h('section', { class: 'start', 'data-section': 'start' }, heading, details),
    open(isOpen) {
      details.open = isOpen;
    },
    draw() {
      const { shown } = stage.state;
      show(heading, shown === null && !stage.state.pending);
      setText(summary, shown ? t('Another problem, or a trace from a file') : t('A problem, or a trace from a file'));
    },
    server: solver.server,
    model: solver.model,
  };
}

/** What was under way goes on until a file is chosen; then its reading takes the place of that. */
function importFile({ host, run, failed }: Stage): void {
  const control = new AbortController();
  let say: ((words: string) => void) | undefined;
  const onProgress = (report: Importing): void => {
    if (say) return say(readingWords(report));
    run(readingWords(report), (signal, progress) => {
      say = progress;
      signal.addEventListener('abort', () => control.abort());
      return imported;
    });
  };
  const imported = host.call('importFile', {}, { signal: control.signal, onProgress });
  imported.catch((thrown: unknown) => {
    if (!say) failed(thrown);
  });
}

export function readingWords({ percent, megabytes }: Pick<Importing, 'percent' | 'megabytes'>): string {
  if (megabytes) return t('Reading {0} MB, which may take a minute: {1} %', megabytes, percent);
  return percent > 0 ? t('Reading the text: {0} %', percent) : t('Reading…');
}

/** Who solves, and what that means. */
function solverChoice(stage: Stage): Pick<StartView, 'server' | 'model'> & { select: HTMLElement; line: HTMLElement } {
  const loaded = h('option', { value: 'model' }, t('with the loaded model'));
  const select = h(
    'select',
    { 'aria-label': t('Who solves') },
    loaded,
    h('option', { value: 'server' }, t('with a server that you run')),
    h('option', { value: 'vscode' }, t('with a model of VS Code')),
  );
  const words = h('span', { class: 'hint' });
  const connect = button(t('Connect a server…'), () => void stage.host.call('connectServer', {}).catch(() => {}), {
    secondary: true,
  });
  const line = h('div', { class: 'row' }, connect, words);
  let server = '';
  const draw = (): void => {
    const whom = (select.value = stage.state.whom);
    show(line, whom !== 'model');
    show(connect, whom === 'server');
    words.textContent =
      whom === 'vscode'
        ? t('The problem goes to a model that an extension provides. It gives text only, no log-probabilities.')
        : server === ''
          ? t('llama.cpp, Ollama, vLLM or another OpenAI-compatible server. None is chosen yet.')
          : t('The problem goes to {0}.', server);
  };
  select.addEventListener('change', () => {
    stage.state.whom = select.value as Solver;
    stage.changed();
    draw();
  });
  draw();
  return {
    select,
    line,
    server(name) {
      server = name;
      draw();
    },
    model(name) {
      loaded.textContent = name === '' ? t('with the loaded model') : t('with {0}', name);
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
