/** A reward learned from preferences: a line over features, by the model of Bradley and Terry (1952), as in InstructGPT. */
import { dot } from '../../shared/dot';
import { sigmoid } from '../../shared/softmax';

/** [features] of one answer. */
export type Features = Float64Array;

export interface Preference {
  better: Features;
  worse: Features;
}

/** How large weights are punished, and steps of the descent; set once, on other seeds than those that are checked. */
const DECAY = 0.02;
const STEPS = 200;
const RATE = 1;

/**
 * Brings every feature to mean 0 and variance 1 over some answers; one that does not vary is 0. The many states together
 * count as much as the last `seen` features.
 */
export function scaling(known: readonly Features[], seen: number): (features: Features) => Features {
  const size = known[0].length;
  const [means, scales] = [new Float64Array(size), new Float64Array(size)];
  for (const each of known) for (let i = 0; i < size; i++) means[i] += each[i] / known.length;
  for (const each of known) for (let i = 0; i < size; i++) scales[i] += (each[i] - means[i]) ** 2 / known.length;
  const room = (at: number): number => Math.sqrt(at < size - seen ? size - seen : seen);
  return (features) =>
    features.map((value, i) => (scales[i] > 1e-12 ? (value - means[i]) / Math.sqrt(scales[i]) / room(i) : 0));
}

/** Weights for which P(better) = 1 / (1 + e^−(reward of better − reward of worse)) is likeliest: [features]. */
export function learnReward(preferences: readonly Preference[]): Float64Array {
  const size = preferences[0].better.length;
  const differences = preferences.map(({ better, worse }) => better.map((value, i) => value - worse[i]));
  const weights = new Float64Array(size);
  const slope = new Float64Array(size);
  for (let step = 0; step < STEPS; step++) {
    for (let i = 0; i < size; i++) slope[i] = DECAY * weights[i];
    for (const difference of differences) {
      const doubt = sigmoid(-dot(weights, difference)) / differences.length;
      for (let i = 0; i < size; i++) slope[i] -= doubt * difference[i];
    }
    for (let i = 0; i < size; i++) weights[i] -= RATE * slope[i];
  }
  return weights;
}
