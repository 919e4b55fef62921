/** What the page remembers: where the person is, and what they set. No DOM. */
import { isMilestoneId, type MilestoneId } from '../../src/shared/history/timeline';
import type { MilestoneEvent } from '../../src/protocol/milestonePanelApi';
import type { Card, OptionValues } from '../../src/protocol/milestones';

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
  for (const part of ['options', 'inputs', 'runs'] as const) {
    const given: unknown = saved[part];
    // A copy: the page changes it in place.
    saved[part] = typeof given === 'object' && given !== null ? { ...(given as Record<string, never>) } : {};
  }
  return saved;
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
