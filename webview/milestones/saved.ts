/** What the page remembers: where the person is, and what they set. No DOM. */
import { isMilestoneId, type MilestoneId } from '../../src/milestones/timeline';
import type { OptionValues } from '../../src/protocol/milestones';

export interface Saved {
  version: 1;
  tab: 'story' | 'verdicts';
  entry: MilestoneId;
  seed: number;
  /** Per entry: options that were changed. */
  options: Record<string, OptionValues>;
  /** Of the list of verdicts; '' is all. */
  verdict: string;
  search: string;
}

export const FRESH: Saved = {
  version: 1,
  tab: 'story',
  entry: 'backpropagation',
  seed: 1,
  options: {},
  verdict: '',
  search: '',
};

/** What fits of a saved state; whatever another version of the page left is no help. */
export function restore(state: unknown): Saved {
  if (typeof state !== 'object' || state === null || (state as Saved).version !== 1) return { ...FRESH, options: {} };
  const saved = { ...FRESH, ...(state as Saved) };
  if (!isMilestoneId(saved.entry)) saved.entry = FRESH.entry;
  if (saved.tab !== 'verdicts') saved.tab = 'story';
  if (!Number.isInteger(saved.seed) || saved.seed < 0) saved.seed = 1;
  if (typeof saved.options !== 'object' || saved.options === null) saved.options = {};
  return saved;
}
