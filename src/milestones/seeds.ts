/** Several runs of one experiment as one answer: means over seeds, with intervals. */
import type { Card, CardRow } from '../protocol/milestones';
import { mean, seedInterval, seedShareInterval } from '../shared/statistics';

export interface SummaryRow extends CardRow {
  /** What its interval is over: the seeds, or the texts, problems … that one run has measured. */
  over?: 'seeds' | 'cases';
}

/**
 * Over two seeds or more: means and Student's t intervals, of shares Wilson's. A number that the seed does not change (one
 * trained model is measured) keeps the interval of its own card, by bootstrap, and has none otherwise: no width would say
 * too much.
 */
export function summarize(cards: readonly Pick<Card, 'rows'>[]): SummaryRow[] {
  const all = cards.flatMap(({ rows }) => rows);
  return [...new Set(all.map(({ name }) => name))].flatMap((name): SummaryRow[] => {
    // A run may have no such number (a time to success of what never succeeded).
    const having = all.filter((row) => row.name === name && Number.isFinite(row.value));
    if (having.length === 0) return [];
    const [{ unit, interval: own }] = having;
    const values = having.map(({ value }) => value);
    const varies = values.some((value) => value !== values[0]);
    const ofSeeds = unit === 'share' ? seedShareInterval : seedInterval;
    const interval = varies ? ofSeeds(values) : own;
    const row = { name, value: mean(values), ...(unit && { unit }) };
    return [interval ? { ...row, interval, over: varies ? 'seeds' : 'cases' } : row];
  });
}
