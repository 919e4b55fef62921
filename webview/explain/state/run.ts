/** What the page knows: the explanation on show, the one under way, and how the last one ended. No DOM. */
import type { Explanation, LayerExperts, LayerMaps, ModelCard, PanelToken } from '../../../src/protocol/explanation';
import type { Ages, SingleEvent, Subject } from '../../../src/protocol/panelApi';
import { labelled, readableLabel } from '../../../src/shared/tokenLabel';

/** One explanation, complete once `explanation` is there. */
export interface Run {
  subject: Subject;
  modelName: string;
  /** Where the text can be explained at another age of one model. */
  ages: Ages | null;
  model: ModelCard | null;
  tokens: PanelToken[];
  cut: { explainedChars: number; totalChars: number; maxTokens: number } | null;
  maps: LayerMaps[]; // [layers], as far as they have come
  experts: (LayerExperts | null)[]; // [layers], likewise
  explanation: Explanation | null;
  /** Of a run under interventions: the one without them, where it is at hand. */
  before: Run | null;
}

export type Outcome = { kind: 'failed'; message: string; canRetry: boolean } | { kind: 'cancelled' };

export interface PanelState {
  /** On show. A run takes this place when its tokens have come; until then the last one stays. */
  shown: Run | null;
  /** Under way; null when idle. */
  busy: { run: Run; loaded: number | null } | null;
  outcome: Outcome | null;
  stale: boolean;
  /** The last complete run without interventions. */
  clean: Run | null;
}

/** What has to be drawn again. */
export type Change = 'run' | 'layer' | 'row' | 'done' | 'status' | 'query' | 'none';

export function emptyState(): PanelState {
  return { shown: null, busy: null, outcome: null, stale: false, clean: null };
}

/** Takes an event into the state. The cursor's token is not part of it: the caller moves the selection. */
export function applyEvent(state: PanelState, event: SingleEvent): Change {
  switch (event.kind) {
    case 'begin':
      state.busy = { run: newRun(event), loaded: null };
      state.outcome = null;
      return 'status';
    case 'progress':
      return state.busy ? applyProgress(state, state.busy, event.progress) : 'none';
    case 'done':
      if (!state.busy) return 'none';
      state.busy.run.explanation = { ...event.explanation, next: event.explanation.next.map(readable) };
      state.shown = state.busy.run;
      if (event.explanation.interventions.length === 0) state.clean = state.shown;
      else if (state.clean?.subject.text === state.shown.subject.text) state.shown.before = state.clean;
      state.busy = null;
      return 'done';
    case 'failed':
      state.busy = null;
      state.outcome = event;
      return 'status';
    case 'cancelled':
      state.busy = null;
      state.outcome = event;
      return 'status';
    case 'stale':
      state.stale = event.stale;
      return 'status';
    case 'hash':
      if (state.shown?.model) {
        const { sha256, training } = event;
        state.shown.model = { ...state.shown.model, sha256, ...(training && { training }) };
      }
      return 'status';
    case 'query':
      return 'query';
    case 'intervene':
      return 'none';
  }
}

function applyProgress(
  state: PanelState,
  busy: { run: Run; loaded: number | null },
  progress: Extract<SingleEvent, { kind: 'progress' }>['progress'],
): Change {
  const { run } = busy;
  switch (progress.kind) {
    case 'loading':
      busy.loaded = progress.share;
      return 'status';
    case 'model':
      run.model = progress.model;
      return 'status';
    case 'tokens':
      run.tokens = labelled(progress.tokens, run.subject.text);
      run.cut = progress.cut;
      state.shown = run;
      state.stale = false;
      return 'run';
    case 'layer':
      run.maps[progress.maps.layer] = progress.maps;
      run.experts[progress.maps.layer] = progress.experts;
      return 'layer';
    case 'row':
      return 'row';
  }
}

/** With a label that can be read. */
export function readable<Labelled extends { label: string }>(labelled: Labelled): Labelled {
  return { ...labelled, label: readableLabel(labelled.label) };
}

function newRun({ subject, modelName, ages }: Extract<SingleEvent, { kind: 'begin' }>): Run {
  return {
    subject,
    modelName,
    ages: ages ?? null,
    model: null,
    tokens: [],
    cut: null,
    maps: [],
    experts: [],
    explanation: null,
    before: null,
  };
}

/** A text that was changed a little: what was looked at in the one before is worth looking at in this one. */
export function goesOn(before: Run | null, { subject, model }: Run): boolean {
  if (!before || before.model?.path !== model?.path) return false;
  return (
    subject.origin === 'typed' ||
    (before.subject.title === subject.title && before.subject.firstLine === subject.firstLine)
  );
}

/** The same text at another age of one model: whatever was looked at is there, too. */
export function isOtherAge(before: Run | null, { subject, ages }: Run): boolean {
  const [was, is] = [before?.ages?.at ?? null, ages?.at ?? null];
  return was !== null && is !== null && was !== is && before?.subject.text === subject.text;
}

/** Layers whose maps have come. */
export function layersDone(run: Run): number {
  return run.maps.filter((maps) => maps !== undefined).length;
}

/** Share of the queries, from the first on, that the scale does not look at. */
const UNCOUNTED = 1 / 12;

/**
 * Largest weight of a head, which its colours run to; null until its layer has come. The first queries do not count:
 * the very first has one key and always puts all its weight on it, so every head's largest weight would be 100%.
 */
export function largestWeight(run: Pick<Run, 'maps'>, layer: number, head: number): number | null {
  const maps = run.maps[layer];
  if (!maps) return null;
  const { size, values, scales } = maps;
  const first = Math.min(size - 1, Math.ceil(size * UNCOUNTED));
  let largest = 0;
  for (let i = (head * size + first) * size; i < (head + 1) * size * size; i++) largest = Math.max(largest, values[i]);
  return (largest / 255) * scales[head];
}
