/** The chain-of-thought page: makes the views, keeps the state, and asks the host for what the state needs. */
import type { Division, ReasoningTrace, TextRange, TraceSource } from '../../src/protocol/reasoning';
import type { Importing } from '../../src/protocol/reasoningWorkerApi';
import type { ReasoningPanelEvent } from '../../src/protocol/reasoningPanelApi';
import '../shared/base.css';
import './reasoning.css';
import './parts.css';
import { h, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { watchTheme } from '../shared/theme';
import { registerControls } from '../shared/toolkit';
import { abilityView } from './abilityView';
import { answerView } from './answerView';
import { answeredTrace, askExternalSolver } from './externalSolver';
import { branchView } from './branchView';
import { compareView } from './compareView';
import { lookedView } from './lookedView';
import { othersView } from './othersView';
import { detailView } from './detailView';
import { exportable, exported, exportView } from './exportView';
import { figureView } from './figure';
import { pieceOfStep, sourceOf, wrongSumsOf } from './inDocument';
import { connect } from './host';
import { readingOf } from './readingRuns';
import { receiversView } from './receiversView';
import { Runner } from './runner';
import { selectionView } from './selectionView';
import { solveProblem } from './solving';
import type { Stage, View } from './stage';
import { readingWords, startView } from './startView';
import { begin, emptyState, stepsRange, type Shown, type Solver, type State } from './state';
import { restored, save } from './saved';
import { statusView } from './statusView';
import { stepsView } from './stepsView';
import { toolbar } from './toolbar';
import { testTimeView } from './testTimeView';
import { usedView } from './usedView';
import { stepTotal } from './words';
import { ablationView } from './ablationView';

registerControls();
watchTheme();

document.title = t('Chain of Thought');
const app = document.getElementById('app')!;
const { host, getState, setState } = connect({
  event: receive,
  exportable: () => exportable(state),
  exported: (wanted) => exported(state, figure.picture, wanted),
});
const state = restored(getState()) ?? emptyState();
const live = h('div', { class: 'only-read-out', role: 'status' });
let retry: (() => void) | null = null;
const status = statusView(
  () => (status.failed(null), retry?.()),
  () => void host.call('chooseModel', {}).catch(() => {}),
);
const runner = new Runner(status, failed);

const stage: Stage = {
  host,
  state,
  say: (text) => live.replaceChildren(text),
  goTo,
  openInDocument: (position) => revealStep(position, true),
  solve: (question, expected) => solve(question, expected, state.whom),
  show: showTrace,
  divide: (into) => void divide(into),
  readOn: () => reading.readOn(),
  failed,
  run: (words, work) => runner.run(words, work),
  changed,
};

const start = startView(stage);
const writing = h('section', { class: 'writing', 'data-section': 'writing', hidden: true });
const figure = figureView(stage);
const detail = detailView(stage);
const looked = lookedView(stage, [figure, detail, ablationView(stage), receiversView(stage)], (isOpen) => {
  if (!isOpen) reading.stop();
  // What was left when it was closed goes on.
  else if (!state.isReading) reading.compute();
});
const reading = readingOf(stage, runner, { isLookedAt: () => looked.isOpen, draw });
const views: View[] = [
  answerView(stage),
  abilityView(stage),
  toolbar(stage),
  stepsView(stage),
  othersView(stage, askForOthers),
  looked,
  branchView(stage),
  exportView(stage),
];
const trace = h('div', { class: 'trace' }, ...views.map(({ element }) => element));
const compare = compareView(stage);
const used = usedView(stage);
const spending = testTimeView(stage);
const selection = selectionView(stage, readAsTrace);
app.append(
  live,
  status.element,
  // The next problem is asked at the top, wherever the one before has led.
  h('main', {}, selection.element, start.element, writing, trace, compare.element, used.element, spending.element),
);

function receive(event: ReasoningPanelEvent): void {
  switch (event.kind) {
    case 'problem':
      return solve(event.question, null, state.whom);
    case 'selected':
      state.selected = { title: event.title, text: event.text, taken: event.taken, source: event.source };
      start.open(false);
      return draw();
    case 'offered':
      state.selected = { ...event, taken: { takenFor: 'trace', because: 'marks' }, isOffer: true };
      return draw();
    case 'trace':
      return showTrace(importedTrace(event.title, event.trace, event.others, event.source));
    case 'answered': {
      // Something else was started in the meantime.
      if (runner.busy && !asking) return;
      const { message, trace: written, whom } = event.answered;
      const { expected } = event.answered;
      showTrace(answeredTrace(event.answered));
      if (message !== null) failed(new Error(message), () => solve(written.question!, expected, whom));
      return;
    }
    case 'server':
      return start.server(event.server);
    case 'failed':
      return failed(new Error(event.message));
    case 'model':
      modelIs(event.modelName);
      // What another model read or wrote is of no use.
      if (state.shown?.origin.kind === 'live') solve(state.shown.question!, state.shown.expected, 'model');
      else if (state.shown) showTrace(state.shown);
  }
}

function modelIs(name: string): void {
  for (const view of [start, compare, used, spending]) view.model(name);
}

function importedTrace(title: string, trace: ReasoningTrace, others: number, source?: TraceSource): Shown {
  const { question, text, steps, division, answer, logprobs, format, reader, unused, brokenLines, passedOver } = trace;
  const origin = { kind: 'import' as const, title, format, others, reader, unused, brokenLines, passedOver, source };
  return { expected: null, direct: null, origin, question, text, steps, division, answer, logprobs };
}

function readAsTrace({ title, text, source }: NonNullable<State['selected']>): void {
  runner.run(t('Reading…'), async (signal, progress) => {
    const onProgress = (report: Importing): void => progress(readingWords(report));
    const trace = await host.call('readText', { title, text }, { signal, onProgress });
    if (!trace) return;
    if (state.selected) state.selected.taken = { takenFor: 'trace', because: 'said' };
    showTrace(importedTrace(title, trace, 0, source));
  });
}

/** Other chains of thought of the same problem are laid beside the one on show. */
function askForOthers(): void {
  const { shown } = state;
  if (!shown) return;
  const { question } = shown;
  runner.run(t('Reading…'), async (signal) => {
    const found = await host.call('others', { source: sourceOf(shown), question }, { signal });
    if (found.length === 0 || state.shown !== shown) return;
    state.others = found.map(({ title, trace, source }) => importedTrace(title, trace, 0, source));
    state.alignments = found.map(() => undefined);
    state.beside = 0;
    await alignOthers(signal);
  });
}

async function alignOthers(signal?: AbortSignal): Promise<void> {
  const { shown, others } = state;
  if (!shown) return;
  changed();
  for (const [i, { steps }] of others.entries()) {
    const alignment = await host.call('align', { left: shown.steps, right: steps }, { signal });
    if (state.others !== others) return;
    state.alignments = others.map((_, at) => (at === i ? alignment : state.alignments[at]));
    changed();
  }
}

/** The run in which another solver is asked. */
let asking: AbortSignal | null = null;

function solve(question: string, expected: string | null, whom: Solver): void {
  retry = () => solve(question, expected, whom);
  state.pending = { question, expected, whom };
  setState(save(state));
  start.open(false);
  const words = {
    model: t('Solving…'),
    server: t('The server is solving…'),
    vscode: t('A model of VS Code is solving…'),
  };
  runner.run(words[whom], async (signal, progress) => {
    const solving = { question, expected, signal, progress };
    asking = whom === 'model' ? null : signal;
    try {
      if (whom === 'model') showTrace(await solveProblem(host, writing, solving));
      else await askExternalSolver(host, writing, whom, solving);
    } finally {
      if (asking === signal) asking = null;
      if (!signal.aborted || !document.hidden) state.pending = null;
      draw();
    }
  });
  draw();
}

function showTrace(shown: Shown): void {
  status.failed(null);
  reading.release();
  begin(state, shown);
  for (const view of views) view.begun?.();
  start.open(false);
  stage.say(stepTotal(shown.steps.length));
  markSums();
  changed();
  reading.compute();
}

/** The wrong sums of the trace on show are marked in its document. */
function markSums(): void {
  const source = state.shown && sourceOf(state.shown);
  const sums = source ? wrongSumsOf(state.shown!) : [];
  void host.call('mark', { source, sums }).catch(() => {});
}

/** Selects the step in its document; where nobody looks at that, it is opened only if the person asked for it. */
function revealStep(position: number, open: boolean): void {
  const source = state.shown && sourceOf(state.shown);
  if (!source) return;
  const piece = pieceOfStep(state.shown!, position);
  host.call('reveal', { source, piece, open }).then(
    (isFound) => {
      if (open && !isFound) stage.say(t('The step does not stand in the file as one piece.'));
    },
    () => {},
  );
}

function goTo(position: number, reveal = false): void {
  if (!state.shown || (position === state.position && !reveal)) return;
  state.position = position;
  state.reveal = reveal;
  stage.say(`${position + 1}: ${state.shown.steps[position].text.slice(0, 300)}`);
  revealStep(position, false);
  changed();
  if (state.reading && !reading.toChunk(position)) reading.compute();
}

async function divide(by: TextRange[] | Division): Promise<void> {
  const { shown } = state;
  if (!shown) return;
  const isOwn = Array.isArray(by);
  try {
    const into = isOwn ? by : { by, ...stepsRange(shown) };
    const divided = await host.call('divide', { text: shown.text, into, question: shown.question });
    if (state.shown !== shown) return;
    const answers = shown.steps.filter(({ isAnswer }) => isAnswer).map(({ start: at }) => at);
    const own = divided.map((step) => (answers.includes(step.start) ? { ...step, isAnswer: true } : step));
    // The place in the text is kept, not the number.
    const { start: place } = shown.steps[state.position];
    showTrace({ ...shown, steps: own, division: isOwn ? undefined : by });
    goTo(own.findLastIndex(({ start: at }) => at <= place));
  } catch (thrown) {
    failed(thrown);
  }
}

function failed(thrown: unknown, again?: () => void): void {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (again) retry = again;
  status.failed(message);
  app.dataset.state = 'failed';
  start.open(!state.shown);
}

function changed(): void {
  setState(save(state));
  draw();
}

function draw(): void {
  show(trace, state.shown !== null);
  for (const view of [...views, selection, start]) view.draw?.();
  const busy = runner.busy || state.isReading || (state.shown !== null && state.reading === null && looked.isOpen);
  const isFailed = status.element.querySelector('.failed:not([hidden])') !== null;
  app.dataset.state = isFailed ? 'failed' : busy ? 'busy' : state.shown ? 'done' : 'empty';
  app.setAttribute('aria-busy', String(busy));
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented) runner.cancel();
});
runner.onChange = draw;

void host
  .call('ready', {})
  .then(({ modelName, server }) => {
    modelIs(modelName);
    start.server(server);
  })
  .catch(() => {})
  .finally(() => {
    // What was under way when the page was hidden is asked again; what was on show is read again.
    if (state.pending) solve(state.pending.question, state.pending.expected, state.pending.whom ?? 'model');
    else if (state.shown) {
      for (const view of views) view.begun?.();
      start.open(false);
      markSums();
      reading.compute();
      void alignOthers().catch(failed);
    }
    draw();
  });
draw();
