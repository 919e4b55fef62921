/** What decides proportions and details of a drawing. */

/** One number between two, and yes with some probability. */
export interface Chance {
  between(low: number, high: number): number;
  yes(probability: number): boolean;
}

export function chanceFrom(random: () => number): Chance {
  return {
    between: (low, high) => low + (high - low) * random(),
    yes: (probability) => random() < probability,
  };
}
