/** What the page remembers: where the person is, and what they set. No DOM. */
import { isMilestoneId, type MilestoneId } from '../../src/shared/history/timeline';
import { MOST_SEED } from '../../src/shared/random';
import type { MilestoneEvent } from '../../src/protocol/milestonePanelApi';
import type { Card, CardRow, OptionValues, Unit, Words } from '../../src/protocol/milestones';
import {
  count,
  either,
  flag,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  recordOf,
  shape,
  text,
  type Guard,
} from '../../src/shared/shape';

export interface Saved {
  version: 1;
  tab: 'story' | 'verdicts';
  entry: MilestoneId;
  seed: number;
  /** Per entry: options that were changed. */
  options: Record<string, OptionValues>;
  /** Per entry: what was set in its view, a field of its calculator for instance. */
  inputs: Record<string, Record<string, unknown>>;
  /** Per entry: the last run. The host has it with its picture, but only until VS Code is started again. */
  runs: Record<string, LastRun>;
  /** Of a presentation of the entry; null: there is none. */
  screen: number | null;
  /** Of the list of verdicts; '' is all. */
  verdict: string;
  search: string;
}

export interface LastRun {
  seed: number;
  /** null while it is not over, as far as VS Code has written it. */
  card: Card | null;
}

export const FRESH: Saved = {
  version: 1,
  tab: 'story',
  entry: 'backpropagation',
  seed: 1,
  options: {},
  inputs: {},
  runs: {},
  screen: null,
  verdict: '',
  search: '',
};

/** What fits of a saved state; whatever another version of the page left is no help. */
export function restore(state: unknown): Saved {
  const fits = typeof state === 'object' && state !== null && (state as Saved).version === 1;
  const saved = { ...FRESH, ...(fits && (state as Saved)) };
  if (!isMilestoneId(saved.entry)) saved.entry = FRESH.entry;
  if (saved.tab !== 'verdicts') saved.tab = 'story';
  if (!Number.isInteger(saved.seed) || saved.seed < 0) saved.seed = 1;
  if (saved.seed > MOST_SEED) saved.seed = 1;
  if (!orNull(count)(saved.screen)) saved.screen = null;
  for (const part of ['verdict', 'search'] as const) if (!text(saved[part])) saved[part] = FRESH[part];
  saved.options = fitting(saved.options, recordOf(either(text, number, flag)));
  saved.inputs = fitting(
    saved.inputs,
    recordOf((value): value is unknown => value !== undefined),
  );
  saved.runs = fitting(saved.runs, isLastRun);
  return saved;
}

/** Those of the entries whose part fits. A copy: the page changes it in place. */
function fitting<T>(parts: unknown, fits: Guard<T>): Record<string, T> {
  if (typeof parts !== 'object' || parts === null) return {};
  const entries = Object.entries(parts).filter(
    (entry): entry is [string, T] => isMilestoneId(entry[0]) && fits(entry[1]),
  );
  return Object.fromEntries(entries);
}

const words = shape<Words>({ text, args: optional(listOf(either(text, number))) });
const isLastRun = shape<LastRun>({
  seed: count,
  card: orNull(
    shape<Card>({
      paper: words,
      rows: listOf(
        shape<CardRow>({
          name: text,
          value: number,
          unit: optional(oneOf<Unit>('share', 'points', 'percent', 'ms', 'bytes', 'bits', 'times', 'integer')),
          interval: optional(isInterval),
        }),
      ),
      why: words,
      isUnusual: optional(flag),
    }),
  ),
});

function isInterval(value: unknown): value is [number, number] {
  return listOf(number)(value) && value.length === 2;
}

/** Takes note of how a run goes. @returns whether anything to be kept has changed */
export function noteRun(runs: Saved['runs'], event: MilestoneEvent): boolean {
  const { id, seed } = event;
  const before = runs[id] as LastRun | undefined;
  switch (event.kind) {
    case 'running':
      if (before?.card === null && before.seed === seed) return false;
      runs[id] = { seed, card: null };
      return true;
    case 'done':
      runs[id] = { seed, card: event.report.card };
      return true;
    default:
      delete runs[id];
      return before !== undefined;
  }
}
