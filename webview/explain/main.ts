/** The Explain Attention page: makes the views and leads the host's events and the person's choices to them. */
import type { LookedRow } from '../../src/protocol/explanation';
import type { PanelEvent, SingleEvent } from '../../src/protocol/panelApi';
import '../shared/base.css';
import './explain.css';
import './status/architecture.css';
import './text/text.css';
import './heads/heads.css';
import './experts/experts.css';
import './token/reading.css';
import { aFrameLater, h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { onThemeChange, watchTheme } from '../shared/theme';
import { registerControls } from '../shared/toolkit';
import { arcsView } from './token/arcsView';
import { candidatesView } from './token/candidatesView';
import { defaultsFor } from './state/defaults';
import { edgeRows } from './token/edgeRows';
import { edgeView } from './token/edgeView';
import { exports } from './exports';
import { expertReportView } from './experts/expertReportView';
import { expertsView } from './experts/expertsView';
import { headGrid } from './heads/headGrid';
import './interventions/interventions.css';
import './circuit/circuit.css';
import './neurons/neurons.css';
import { changesView } from './interventions/changesView';
import { interventionsView } from './interventions/interventionsView';
import { circuitView } from './circuit/circuitView';
import { patchView } from './receipts/patchView';
import { receiptsView } from './receipts/receiptsView';
import { copied } from './copied';
import { connect, type Host } from './host';
import { lensView } from './token/lensView';
import { matrixView } from './matrix/matrixView';
import { neuronsView } from './experts/neuronsView';
import { neuronCardsView } from './neurons/cardsView';
import { liveView } from './story/liveView';
import { Options } from './state/options';
import { agesView } from './status/agesView';
import { architectureView } from './status/architectureView';
import { headerView } from './status/headerView';
import { provenanceView } from './status/provenanceView';
import { Roles } from './heads/roles';
import { rolesView } from './heads/rolesView';
import { looksBothWays } from './state/layers';
import { applyEvent, emptyState, goesOn, isOtherAge, type Run } from './state/run';
import { restore, save } from './state/saved';
import { Selection } from './state/selection';
import { rollupView } from './heads/rollupView';
import { ShownMaps } from './heads/shownMaps';
import type { Stage, View } from './stage';
import { stagesView } from './matrix/stagesView';
import { statusView } from './status/statusView';
import { summaryView } from './story/summaryView';
import { storyView } from './story/storyView';
import { surprisalView } from './text/surprisalView';
import { tabs } from './tabs';
import { textView } from './text/textView';
import { typedView } from './token/typedView';
import { WeightRows } from './state/weightRows';
import { whyView } from './token/whyView';

registerControls();
watchTheme();

const app = document.getElementById('app')!;
const state = emptyState();
/** What is taken now is for the text alone. */
let onlyText = false;
/** The other views are still to hear of the run. */
let owed = false;
const { host, getState, setState } = connect({
  event: receive,
  exportable: () => files.exportable(),
  exported: (wanted, { signal }) => files.exported(wanted, signal),
});
const selection = new Selection(defaultsFor(null));
const live = h('div', { class: 'only-read-out', role: 'status' });
const options = new Options();
const optionsChanged = (): void => {
  tellOthers();
  for (const view of views) view.optionsChanged?.();
};
options.onChange(optionsChanged);
/** Asks of the run without interventions. */
const cleanHost: Host = {
  call: (name, params, options) => host.call(name, { ...params, clean: true } as typeof params, options),
};
const stage: Stage = {
  host,
  before: { host: cleanHost, weights: new WeightRows(cleanHost, () => state.shown?.before ?? null) },
  selection,
  weights: new WeightRows(host, () => state.shown),
  options,
  roles: new Roles(host, () => state.shown, optionsChanged),
  maps: new ShownMaps(host, options, optionsChanged),
  run: () => state.shown,
  openExperts: (layer, token) => {
    selection.change({ tokenLock: token, tokenPreview: null, pointed: null });
    expertReport.choose(layer);
    sections.go('experts');
  },
  say: (text) => live.replaceChildren(text),
};

const status = statusView(state, host, stage.say);
const ages = agesView(stage, state);
const provenance = provenanceView(stage);
const architecture = architectureView(stage);
const main = h('main', { hidden: true });
const interventions = interventionsView(stage);
const changes = changesView(stage, () => ({ group: sections.open, flow: rollup.asked() }));
const story = storyView(stage);
const summary = summaryView(stage);
const text = textView(stage);
const heads = headGrid(stage);
const matrix = matrixView(stage);
const experts = expertsView(stage);
const candidates = candidatesView(stage);
const ofEdges = edgeRows(stage);
const why = whyView(stage);
const receipts = receiptsView(stage, interventions.add);
const patch = patchView(stage);
const circuit = circuitView(stage);
const arcs = arcsView(stage);
const edges = edgeView(stage, ofEdges);
const stages = stagesView(stage, ofEdges);
const expertReport = expertReportView(stage);
const neurons = neuronsView(stage);
const neuronCards = neuronCardsView(stage, interventions.add);
const rollup = rollupView(stage);
const roles = rolesView(stage);
const surprisal = surprisalView(stage);
const lens = lensView(stage);
const typed = typedView(stage);
/** The views of each group, in the order of reading. */
const groups: { name: string; label: string; views: View[]; content?: HTMLElement }[] = [
  {
    name: 'attention',
    label: t('Attention'),
    views: [text, heads, matrix],
    content: h('div', { class: 'columns' }, heads.element, matrix.element),
  },
  { name: 'edges', label: t('One token'), views: [why, arcs, edges, stages] },
  { name: 'receipts', label: t('Receipts'), views: [receipts, circuit, patch] },
  { name: 'roles', label: t('Roles'), views: [roles] },
  { name: 'rollup', label: t('Overall'), views: [rollup, rollup.units], content: rollup.units.element },
  { name: 'experts', label: t('Experts'), views: [experts, expertReport, neurons, neuronCards] },
  {
    name: 'predictions',
    label: t('Predictions'),
    views: [surprisal, candidates, typed, lens],
    content: h('div', { class: 'columns' }, candidates.element, typed.element, lens.element),
  },
];
const trying = liveView(stage, () => state.busy?.run.subject.text);
/** The text stands beside what is explored, or above it: with the heat that the open group is about. */
const reading = h('div', { class: 'reading' }, text.element, surprisal.element, rollup.element, trying.element);
const texts: Record<string, View> = { predictions: surprisal, rollup };
const views: View[] = [interventions, changes, story, summary, ...groups.flatMap((group) => group.views), provenance];
const sections = tabs(
  t('What to look at'),
  groups.map(({ content, ...group }) => ({
    ...group,
    content: content ?? h('div', { class: 'columns' }, ...group.views.map(({ element }) => element)),
  })),
  () => {
    shown();
    remember();
  },
);
const redraw = (): void => {
  tellOthers();
  for (const view of views) view.themeChanged?.();
};
const openGroup = (): (typeof groups)[number] => groups.find(({ name }) => name === sections.open)!;
const workspace = h('div', { class: 'workspace' }, reading, h('div', { class: 'explored' }, ...sections.panels));
const header = headerView(stage, sections.bar, ages.element, {
  copyImage: () => copied(files.exported({ format: 'png', view: null }, new AbortController().signal)),
  exportFile: () => void host.call('exportFile', {}).catch(() => {}),
  intervene: () => interventions.toggle(),
  tryText: () => reading.classList.toggle('trying', trying.toggle()),
});
views.unshift(header, trying, architecture);
const files = exports(stage, () => ({ ...openGroup(), content: workspace }), redraw);
// Another method is another question.
rollup.element.addEventListener('change', () => changes.shown());
// The page's context menu knows what it was opened on.
for (const { element } of groups.flatMap((group) => group.views)) {
  const named = element.dataset.section ? element : element.querySelector<HTMLElement>('[data-section]')!;
  element.dataset.vscodeContext = JSON.stringify({ view: named.dataset.section });
}
const heading = h('h1', { class: 'only-read-out' }, t('What the model does with this text'));
main.append(
  heading,
  interventions.element,
  changes.element,
  story.element,
  summary.element,
  workspace,
  architecture.element,
  provenance.element,
);

/** Views ask for what costs time only while somebody looks at them. */
function shown(): void {
  tellOthers();
  const seen = texts[sections.open] ?? text;
  for (const { element } of [text, surprisal, rollup]) show(element, element === seen.element);
  for (const view of [changes, ...openGroup().views]) view.shown?.();
}

const empty = h(
  'p',
  { class: 'empty', hidden: true },
  t('Nothing is explained yet. Select some text in an editor and choose Explain Attention from its context menu.'),
);
const top = h('header', { class: 'top' }, status.element, header.element);
app.append(live, top, main, empty);

/** Events before `ready` is answered tell what was there already. */
let replaying = true;

function receive(event: PanelEvent): void {
  if (event.kind !== 'together') return take(event);
  const hasRow = event.events.some((one) => one.kind === 'progress' && one.progress.kind === 'row');
  if (hasRow) return takeColours(event.events);
  // The text and its colours are on the screen before the other views are drawn.
  aFrameLater(() => event.events.forEach(take));
  drawStatus.now();
}

/** A run’s text comes with its colours: they are on the screen before any other view hears of it. */
function takeColours(events: readonly SingleEvent[]): void {
  onlyText = true;
  try {
    events.forEach(take);
  } finally {
    onlyText = false;
  }
  tellState();
}

/** With what comes next of the run, or what the person does. */
function tellOthers(): void {
  if (!owed || onlyText) return;
  owed = false;
  for (const view of views) if (view !== text) view.runChanged?.();
}

function take(event: SingleEvent): void {
  tellOthers();
  const change = applyEvent(state, event);
  if (change === 'run') beginRun(state.shown!);
  if (change === 'layer' && event.kind === 'progress' && event.progress.kind === 'layer') {
    for (const view of views) view.layerCame?.(event.progress.maps.layer);
  }
  if (change === 'row' && event.kind === 'progress' && event.progress.kind === 'row') rowCame(event.progress.row);
  if (change === 'done') {
    selection.reset(defaultsFor(state.shown), selection.kept);
    for (const view of views) view.completed?.();
    shown();
    if (!replaying) restoreEdits();
  }
  if (event.kind === 'failed' || event.kind === 'cancelled') {
    interventions.settled();
    remember();
  }
  if (event.kind === 'intervene') interventions.act(event.act, event.here);
  if (event.kind === 'query') followCursor(event.token);
  if (event.kind === 'begin' && event.subject.origin === 'typed' && state.shown) {
    soon ??= setTimeout(() => {
      soon = undefined;
      drawStatus();
    }, SOON_MS);
  }
  if (state.busy && soon !== undefined) return;
  clearTimeout(soon);
  soon = undefined;
  drawStatus();
}

/** What was looked at in the run before has its colours while the rest is read off this one. */
function rowCame(row: LookedRow): void {
  stage.weights.set(row);
  selection.suggest({ head: () => row, token: () => row.token });
  text.rowCame?.();
}

/** While somebody types, each run soon ends: that one is under way is said once it has taken longer, in ms. */
const SOON_MS = 150;
let soon: ReturnType<typeof setTimeout> | undefined;

/** Groups of views about what is predicted, which not every model does. */
const PREDICTING: ReadonlySet<string> = new Set(['receipts', 'roles', 'predictions']);

let before: Run | null = null;

function beginRun(run: Run): void {
  stage.weights.clear();
  stage.before.weights.clear();
  stage.roles.clear();
  const saved = restore(getState(), run);
  if (saved?.tab) sections.choose(saved.tab);
  const { headLock, direction } = selection.kept;
  const kept = isOtherAge(before, run) ? selection.kept : goesOn(before, run) ? { headLock, direction } : {};
  selection.reset(defaultsFor(run), saved ?? kept);
  before = run;
  const bothWays = looksBothWays(run);
  sections.offer(groups.map(({ name }) => name).filter((name) => !bothWays || !PREDICTING.has(name)));
  if (bothWays) reading.classList.remove('trying');
  owed = true;
  text.runChanged?.();
  tellOthers();
}

/** The editor's cursor is as good as a click, but what was chosen here after it was moved counts more. */
function followCursor(token: number): void {
  const run = state.shown;
  if (!run || token >= run.tokens.length) return;
  if (replaying && restore(getState(), run)) return;
  selection.change({ tokenLock: token, tokenPreview: null, pointed: null });
}

const drawStatus = oncePerFrame(() => {
  status.draw();
  ages.draw();
  provenance.statusChanged();
  show(main, state.shown !== null);
  show(header.element, state.shown !== null);
  show(empty, !replaying && !state.shown && !state.busy && !state.outcome);
  tellState();
});

/** To whoever listens, and to tests. */
function tellState(): void {
  app.dataset.state = state.busy ? 'busy' : (state.outcome?.kind ?? (state.shown ? 'done' : 'empty'));
  app.setAttribute('aria-busy', String(state.busy !== null));
}

/** What the page kept before it was hidden, or VS Code closed; once, when the run that it belongs to is there. */
let kept: unknown = getState();
function restoreEdits(): void {
  const run = state.shown;
  if (!run?.explanation) return;
  const edits = restore(kept, run)?.edits;
  kept = null;
  if (edits) interventions.restore(edits);
}

let marked: number | null = null;
const mark = oncePerFrame(() => {
  const token = selection.marked;
  if (token === marked) return;
  marked = token;
  void host.call('mark', { token }).catch(() => {});
});

/** The editor's own heat follows what is looked at here. */
let looked = '';
const look = oncePerFrame(() => {
  if (!state.shown?.explanation) return;
  const { head, token, direction } = selection;
  const params = { ...head, token, direction };
  if (JSON.stringify(params) === looked) return;
  looked = JSON.stringify(params);
  void host.call('look', params).catch(() => {});
});

selection.onChange(() => {
  tellOthers();
  for (const view of onlyText ? [text] : views) view.selectionChanged?.();
  mark();
  look();
  remember();
});

function remember(): void {
  if (state.shown?.explanation)
    setState({ ...save(state.shown, selection), tab: sections.open, edits: interventions.kept });
}

onThemeChange(redraw);

addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (state.busy) void host.call('cancel', {}).catch(() => {});
  else selection.unlock();
});

void host
  .call('ready', {})
  .catch(() => {})
  .finally(() => {
    replaying = false;
    restoreEdits();
    drawStatus();
  });
