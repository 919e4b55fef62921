/** What each panel keeps of its events for a page that starts from nothing: pure, see session.ts. */
import type { MilestoneEvent, MilestonePanelEvent } from '../protocol/milestonePanelApi';
import type { PanelEvent, SingleEvent } from '../protocol/panelApi';
import type { Memory } from './session';

/** Of explanations: the last good one, with what came after it. */
export interface LastGood {
  /** Of a run under interventions: the one without them, with which it is compared. */
  readonly clean: readonly SingleEvent[];
  /** Kept before a run that has not succeeded yet. */
  readonly good: readonly SingleEvent[];
  readonly current: readonly SingleEvent[];
  /** The latest of each kind that comes at any time. */
  readonly loose: Readonly<Partial<Record<SingleEvent['kind'], SingleEvent>>>;
}

export const lastGood: Memory<PanelEvent, LastGood> = {
  empty: { clean: [], good: [], current: [], loose: {} },
  add(kept, event, told) {
    const { good, current, loose } = kept;
    switch (event.kind) {
      case 'together':
        return event.events.reduce<LastGood>((before, one) => lastGood.add(before, one, told), kept);
      case 'query':
      case 'stale':
      case 'hash':
        return { ...kept, loose: { ...loose, [event.kind]: event } };
      case 'intervene':
        return kept;
      case 'begin': {
        const succeeded = current.some(({ kind }) => kind === 'done');
        const before = succeeded ? [...current, ...(loose.hash ? [loose.hash] : [])] : good;
        const clean = !event.edited ? kept.clean : isEdited(before) ? kept.clean : before;
        return { clean, good: before, current: [event], loose: {} };
      }
      case 'done':
        return { ...kept, clean: isEdited(current) ? kept.clean : [], good: [], current: [...current, event] };
      case 'failed':
      case 'cancelled':
        // Only the latest outcome: a question that fails after the run reports on the same drawing.
        return { ...kept, current: [...(good.length > 0 ? [] : current.filter(isNoOutcome)), event] };
      case 'progress':
        // Of the loading only how far it is; once something is there to draw, nothing.
        return { ...kept, current: [...(isLoading(current.at(-1)) ? current.slice(0, -1) : current), event] };
    }
  },
  replay: ({ clean, good, current, loose }) => [
    ...(clean === good ? [] : clean),
    ...good,
    ...current,
    ...Object.values(loose),
  ],
  told: (kept) => kept,
};

const isEdited = ([begin]: readonly SingleEvent[]): boolean => begin?.kind === 'begin' && begin.edited === true;
const isNoOutcome = ({ kind }: SingleEvent): boolean => kind !== 'failed' && kind !== 'cancelled';
const isLoading = (event: SingleEvent | undefined): boolean =>
  event?.kind === 'progress' && event.progress.kind === 'loading';

/** Of a page that keeps what it shows itself: what no page has been told. */
export const untold = <Event>(): Memory<Event, readonly Event[]> => ({
  empty: [],
  add: (kept, event, told) => (told ? kept : [...kept, event]),
  replay: (kept) => kept,
  told: () => [],
});

/** Of experiments: how each went last, and the entry that is to be shown. */
export interface LatestRuns {
  readonly runs: ReadonlyMap<string, MilestoneEvent>;
  readonly wanted: MilestonePanelEvent | null;
}

export const latestRuns: Memory<MilestonePanelEvent, LatestRuns> = {
  empty: { runs: new Map(), wanted: null },
  add: (kept, event, told) =>
    event.kind === 'show'
      ? { ...kept, wanted: told ? null : event }
      : { ...kept, runs: new Map(kept.runs).set(event.id, event) },
  replay: ({ runs, wanted }) => [...runs.values(), ...(wanted ? [wanted] : [])],
  told: (kept) => ({ ...kept, wanted: null }),
};
