/** Several runs of one experiment as one answer: means over seeds, with intervals. */
import type { Card } from '../protocol/milestones';
import { mean, seedInterval, seedShareInterval, type Interval } from '../shared/statistics';

export interface Summary {
  ours: Record<string, number>;
  interval: Record<string, Interval>;
  /** What each interval is over: the seeds, or the texts, problems … that one run has measured. */
  over: Record<string, 'seeds' | 'cases'>;
}

/**
 * Over two seeds or more: means and Student's t intervals, of shares Wilson's. A number that the seed does not change (one
 * trained model is measured) keeps the interval of its own card, by bootstrap, and has none otherwise: no width would say
 * too much.
 */
export function summarize(cards: readonly Card[]): Summary {
  const summary: Summary = { ours: {}, interval: {}, over: {} };
  for (const name of new Set(cards.flatMap(({ ours }) => Object.keys(ours)))) {
    // A run may have no such number (a time to success of what never succeeded).
    const having = cards.filter(({ ours }) => Number.isFinite(ours[name]));
    if (having.length === 0) continue;
    const values = having.map(({ ours }) => ours[name]);
    summary.ours[name] = mean(values);
    const varies = values.some((value) => value !== values[0]);
    const own = having[0].interval?.[name];
    const ofSeeds = having[0].units?.[name] === 'share' ? seedShareInterval : seedInterval;
    const interval = varies ? ofSeeds(values) : own;
    if (!interval) continue;
    summary.interval[name] = interval;
    summary.over[name] = varies ? 'seeds' : 'cases';
  }
  return summary;
}
