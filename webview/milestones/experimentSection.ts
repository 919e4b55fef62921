/** One entry's experiment: Run and Stop, its finding with one picture, what can be changed, the rest, its card. */
import type { Handle } from '../../src/protocol/handle';
import type { MilestoneEvent } from '../../src/protocol/milestonePanelApi';
import type { OptionValues } from '../../src/protocol/milestones';
import type { MilestoneId } from '../../src/shared/history/timeline';
import { MOST_SEED } from '../../src/shared/random';
import { freshId, h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { roughDuration } from '../shared/numbers';
import { button } from '../shared/toolkit';
import { cardView, found, words } from './cardView';
import { controlFields } from './controls';
import type { EntryPage, KeptInputs, Log } from './experimentView';
import type { Host } from './host';
import { PREDICTABLE } from './predictable';
import { prediction } from './prediction';
import type { Screen } from './presenter';
import type { LastRun } from './saved';

export interface ExperimentSection {
  /** Run and Stop, for the place beside the title. */
  readonly actions: HTMLElement;
  readonly element: HTMLElement;
  /** In a presentation: the finding with its picture, then the card. */
  readonly screens: readonly Screen[];
  /** null where the view has none, or its run cannot be asked. */
  log(): Log | null;
  receive(event: MilestoneEvent): void;
  /** Title of another entry whose experiment runs, which a start would stop; null: none does. */
  elsewhere(title: string | null): void;
  /** Where there is no other picture: that of the run that was kept of its check. */
  drawRecorded(): Promise<void>;
  /** A run before VS Code was started again: its card, where it was done, and what is to be done about the picture. */
  recall(run: LastRun): void;
}

/** Of what is kept of the view: whether the rest is unfolded. */
const MORE = '#more';

export interface SectionOptions {
  id: MilestoneId;
  page: EntryPage;
  host: Host;
  /** These are changed in place. */
  values: OptionValues;
  inputs: Record<string, unknown>;
  seed: { value: number };
  changed(): void;
  say(text: string): void;
}

/** So long the button says that its work is done. */
const COPIED_MS = 2000;

export function experimentSection({
  id,
  page,
  host,
  values,
  inputs,
  seed,
  changed,
  say,
}: SectionOptions): ExperimentSection {
  const { view, checked, basis } = page;
  const seeded = basis?.seeded ?? true;
  /** Of the latest report, for questions. */
  let run: Handle | null = null;
  const kept: KeptInputs = {
    get: (name) => inputs[name],
    set(name, value) {
      inputs[name] = value;
      changed();
    },
  };
  const drawn = view.mount({
    ask: async (question) => {
      if (!run) throw new Error('nothing to ask about');
      return (await host.call('ask', { run, question })) as never;
    },
    saveLog: () => host.call('export', { view: 'log', format: 'mcap' }),
    say,
    kept,
  });
  const seedId = freshId('seed');
  const seedField = h('input', {
    id: seedId,
    type: 'number',
    class: 'field',
    min: 0,
    max: MOST_SEED,
    step: 1,
    value: String(seed.value),
    onchange: () => {
      const given = Math.floor(Number(seedField.value));
      seed.value = Number.isFinite(given) && given >= 0 ? Math.min(given, MOST_SEED) : 1;
      seedField.value = String(seed.value);
      changed();
    },
  });
  const optionsNow = (): OptionValues =>
    Object.fromEntries(
      Object.entries(view.controls as Record<string, { default: OptionValues[string] }>).map(([name, control]) => [
        name,
        values[name] ?? control.default,
      ]),
    );
  const start = button(
    t('Run'),
    () => void host.call('start', { id, options: optionsNow(), seed: seed.value }).catch(() => {}),
  );
  start.dataset.action = 'run';
  const stop = button(t('Stop'), () => void host.call('stop', {}).catch(() => {}), { secondary: true });
  stop.dataset.action = 'stop';
  const link = button(
    t('Copy link'),
    () =>
      void host
        .call('copyLink', { id, options: optionsNow(), seed: seed.value })
        .then(() => {
          say(t('A link to this entry, as it is set, is on the clipboard.'));
          link.textContent = t('Copied');
          setTimeout(() => (link.textContent = t('Copy link')), COPIED_MS);
        })
        .catch(() => {}),
    { secondary: true },
  );
  link.dataset.action = 'link';
  link.title = t('Opens this entry with these settings in VS Code');
  const bar = h('progress', { max: 1, value: 0, 'aria-label': t('Progress of the experiment') });
  const note = h('span', { class: 'hint' });
  const status = h('div', { class: 'run-status' }, bar, note);
  const stopped = h('p', { class: 'hint' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const origin = h('p', { class: 'hint', hidden: true });
  const picture = h('div', { class: 'picture', hidden: true }, drawn.lead);
  const finding = h('p', { class: 'finding', 'data-section': 'finding' });
  const rest = h(
    'details',
    { class: 'more', hidden: true, open: inputs[MORE] === true },
    h('summary', {}, t('More pictures, and what can be tried')),
    drawn.element,
  );
  rest.addEventListener('toggle', () => {
    if (inputs[MORE] === rest.open) return;
    inputs[MORE] = rest.open;
    changed();
  });
  const card = h('div', {});
  const other = h('span', { class: 'hint', hidden: true, 'data-section': 'elsewhere' });
  const element = h('section', {
    class: 'experiment',
    'aria-label': t('Experiment'),
    'data-section': 'experiment',
    'data-state': 'idle',
  });
  const hide = (hidden: boolean): unknown => element.classList.toggle('predicting', hidden);
  const guess = prediction({ rows: PREDICTABLE[id] ?? [], checked, curve: view.curve?.(), kept, hide, say });
  const actions = h('div', { class: 'buttons' }, start, stop, guess.toggle, other);
  const heading = h('h3', {}, t('What was found here'));
  element.append(
    heading,
    guess.element,
    finding,
    status,
    stopped,
    problem,
    picture,
    origin,
    h(
      'div',
      { class: 'controls' },
      ...controlFields(view.controls, values, changed),
      seeded && h('div', { class: 'control' }, h('label', { for: seedId }, t('Seed')), seedField),
      h('div', { class: 'buttons' }, link),
      checked && h('p', { class: 'hint' }, t('Takes about {0}.', roughDuration(checked.timings.totalMs))),
    ),
    rest,
    card,
  );
  const setState = (state: string): void => {
    element.dataset.state = state;
    show(start, state !== 'running');
    show(stop, state === 'running');
    show(status, state === 'running');
    show(stopped, state === 'stopped' || state === 'recalled');
    show(problem, state === 'failed');
  };
  const drawCard = (run: LastRun | null): void => {
    setText(finding, found(view.trial, run?.card ?? checked));
    show(finding, finding.textContent !== '');
    const made = cardView({
      trial: view.trial,
      card: run?.card ?? null,
      checked,
      basis,
      seed: run?.seed ?? seed.value,
    });
    card.replaceChildren(...(made ? [made] : []));
    guess.told(run?.card ?? null);
  };
  setState('idle');
  drawCard(null);
  return {
    actions,
    element,
    screens: [
      {
        name: t('What was found here'),
        elements: [heading, guess.element, finding, status, stopped, problem, picture, origin],
      },
      { name: t('Our numbers'), elements: [heading, card] },
    ],
    log: () => (run && drawn.log?.()) ?? null,
    receive(event) {
      // The focus is not lost with the button that had it.
      const hadButton = [start, stop].some((each) => each === document.activeElement);
      setState(event.kind);
      if (hadButton) (event.kind === 'running' ? stop : start).focus();
      switch (event.kind) {
        case 'running': {
          run = null;
          // Numbers and picture of another run are not this one's.
          if (!event.progress) drawCard(null);
          const { progress } = event;
          bar.value = progress?.done ?? 0;
          setText(note, progress ? words(progress.note) : t('Starting…'));
          if (progress?.partial !== undefined) draw(progress.partial, event.options, false);
          break;
        }
        case 'done': {
          const { report } = event;
          run = report.run;
          draw(report.result, event.options, true, report.timings);
          drawCard({ seed: event.seed, card: report.card });
          say(t('The experiment is done.'));
          break;
        }
        case 'stopped':
          // An entry that was left meanwhile has no picture of the run any more.
          setText(
            stopped,
            picture.hidden || !origin.hidden ? t('Stopped.') : t('Stopped. The picture shows how far it came.'),
          );
          say(t('Stopped.'));
          void drawRecorded();
          break;
        case 'failed':
          setText(problem, event.message);
          void drawRecorded();
      }
      guess.follow(event.kind);
    },
    elsewhere(title) {
      setText(other, title === null ? '' : t('“{0}” is running; Run stops it.', title));
      show(other, title !== null);
    },
    drawRecorded,
    recall(last) {
      setState('recalled');
      drawCard(last);
      setText(
        stopped,
        last.card
          ? t('These numbers are from before the window was loaded again. Run the experiment again for its picture.')
          : t('The window was closed before the numbers of the last run were kept. Run the experiment again.'),
      );
    },
  };

  async function drawRecorded(): Promise<void> {
    const recorded = checked && (await host.call('recorded', { id }).catch(() => null));
    // The person was quicker.
    if (!recorded || !picture.hidden || element.dataset.state === 'running') return;
    draw(recorded.result, recorded.options, false, recorded.timings);
    setText(
      origin,
      seeded
        ? t('A run of ours, with seed {0}. What can be tried on it comes with a run of your own.', recorded.seed)
        : t('A run of ours. What can be tried on it comes with a run of your own.'),
    );
    show(origin, true);
  }

  function draw(result: unknown, options: OptionValues, final: boolean, timings?: Record<string, number>): void {
    for (const each of [picture, rest]) show(each, true);
    show(origin, false);
    drawn.draw(result, options, final, timings);
    guess.drawn(result);
  }
}
