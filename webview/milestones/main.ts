/** The Milestone History page: which entry is shown, what is kept, and events led to the experiment they are about. */
import { entryOf, isMilestoneId, type MilestoneId } from '../../src/shared/history/timeline';
import { fittingOptions } from '../../src/protocol/milestoneLink';
import { pages } from './pages';
import type { MilestoneEvent, MilestonePanelEvent } from '../../src/protocol/milestonePanelApi';
import '../shared/base.css';
import './timeline.css';
import './milestones.css';
import './class.css';
import { h, show } from '../shared/dom';
import { addWords, t } from '../shared/l10n';
import { watchTheme } from '../shared/theme';
import { radioGroup, registerControls } from '../shared/toolkit';
import { verdictList } from './claimsView';
import { entryView } from './entryView';
import { exportable, exported, type ExportView, type OnShow } from './exports';
import { experimentSection, type ExperimentSection } from './experimentSection';
import { connect } from './host';
import { chinese, local } from './language';
import { presenter } from './presenter';
import { noteRun, restore, type Saved } from './saved';
import { timelineBand } from './timelineBand';
import { timeline } from './timelineView';

registerControls();
watchTheme();
if (chinese) for (const page of Object.values(pages)) addWords(page.strings);

const { host, getState, setState } = connect({
  event: (event) => receive(event),
  exportable: () => exportable(onShow()),
  exported: (wanted) => exported(onShow(), wanted, host),
});
const saved = restore(getState());
const keep = (): void => setState({ ...saved });
const live = h('div', { class: 'only-read-out', role: 'status' });
const say = (text: string): void => live.replaceChildren(text);

const events = new Map<string, MilestoneEvent>();
const seed = {
  get value(): number {
    return saved.seed;
  },
  set value(value: number) {
    saved.seed = value;
  },
};
/** The entry on show; others are made when they are opened. */
let section: ExperimentSection | undefined;
/** The host has told all that it knows of runs. */
let told = false;

const list = timeline((id) => openEntry(id));
const band = timelineBand((id) => openEntry(id));
const entry = h('div', { class: 'entry-place' });
const story = h('div', {}, band.element, h('div', { class: 'story-tab' }, list.element, entry));
const verdicts = verdictList(saved, keep, (id) => openEntry(id));
const tabs = radioGroup<Saved['tab']>(
  t('What to show'),
  [
    ['story', t('Story')],
    ['verdicts', t('Verdicts')],
  ],
  saved.tab,
  (tab) => (openTab(tab), scrollTo({ top: 0 })),
);
const main = h('main', {}, story, verdicts.element);
const app = document.getElementById('app')!;
const presented = presenter({ app, kept: saved, changed: keep, say });
const paper = h(
  'button',
  { class: 'chip', 'data-action': 'sheet', onclick: () => saveSheet('sheet') },
  t('Save sheet…'),
);
paper.title = t(
  'For a class, to be printed: the story, claims to judge, our numbers, and the verdicts on a page of their own',
);
const paperInBoth = h(
  'button',
  { class: 'chip', 'data-action': 'sheet-both', onclick: () => saveSheet('sheet-both') },
  t('Sheet in both languages…'),
);
paperInBoth.title = t('The same sheet in English and in Chinese, one after the other');
const header = h('header', { class: 'head' }, h('h1', {}, t('Milestone History')), tabs.element);
app.append(live, header, main, presented.bar);

function onShow(): OnShow {
  return { id: saved.entry, run: saved.runs[saved.entry], log: section?.log() ?? null };
}

function saveSheet(view: ExportView): void {
  void host
    .call('export', { view, format: 'html' })
    .then((done) => done && say(t('Saved.')))
    .catch(() => {});
}

// The host runs our own commands; VS Code follows no command: link of a page.
main.addEventListener('click', (event) => {
  const link = event.target instanceof Element && event.target.closest('a[href^="command:"]');
  if (!link) return;
  event.preventDefault();
  const command = link.getAttribute('href')!.slice('command:'.length);
  void host.call('command', { command }).catch(() => {});
});

function openTab(tab: Saved['tab']): void {
  saved.tab = tab;
  keep();
  tabs.set(tab);
  show(story, tab === 'story');
  show(verdicts.element, tab === 'verdicts');
  if (tab === 'verdicts') verdicts.draw();
}

function openEntry(id: MilestoneId, focus = true): void {
  saved.entry = id;
  openTab('story');
  const page = pages[id];
  const kept = { values: (saved.options[id] ??= {}), inputs: (saved.inputs[id] ??= {}), seed, changed: keep };
  section = page && experimentSection({ id, page, host, say, ...kept });
  const tools = [presented.toggle, paper, paperInBoth];
  const { element, screens } = entryView({ id, experiment: section ?? null, tools, open: openEntry });
  entry.replaceChildren(element);
  presented.begin(screens, element);
  list.select(id);
  band.select(id);
  section?.elsewhere(runningElsewhere());
  const event = events.get(id);
  if (event) section?.receive(event);
  else if (told) recall();
  app.dataset.entry = id;
  void host.call('shown', { id }).catch(() => {});
  if (!focus) return;
  scrollTo({ top: 0 });
  entry.querySelector<HTMLElement>('#entry-title')?.focus({ preventScroll: true });
}

function receive(event: MilestonePanelEvent): void {
  if (event.kind === 'show') {
    const { id, seed: linkedSeed, options = {} } = event;
    if (!isMilestoneId(id)) return;
    if (linkedSeed !== undefined) saved.seed = linkedSeed;
    const page = pages[id];
    if (page) Object.assign((saved.options[id] ??= {}), fittingOptions(page.view.controls, options));
    openEntry(id);
    return;
  }
  events.set(event.id, event);
  section?.elsewhere(runningElsewhere());
  if (noteRun(saved.runs, event)) keep();
  if (event.id === saved.entry) section?.receive(event);
}

/** Title of the entry whose experiment runs, where that is not the one on show. */
function runningElsewhere(): string | null {
  const running = [...events.values()].find(({ id, kind }) => kind === 'running' && id !== saved.entry);
  return running && isMilestoneId(running.id) ? local(entryOf(running.id).title) : null;
}

/** What is left of a run that the host no longer knows of; where there was none, a run of ours. */
function recall(): void {
  const run = saved.runs[saved.entry];
  if (run) section?.recall(run);
  else void section?.drawRecorded();
}

const { tab } = saved;
openEntry(saved.entry, false);
openTab(tab);
void host
  .call('ready', {})
  .then(() => {
    told = true;
    if (!events.has(saved.entry)) recall();
  })
  .catch(() => {});
