/** What picking the best of n brings, over all draws of n from the answers that there are, and how far it goes. */
import { log } from '../../shared/elementary';

/**
 * Mean of `values` of the one with the largest reward among n drawn without putting back; of equals the earlier.
 * @param values [answers] what is measured
 * @param rewards [answers] what picks
 */
export function bestOf(n: number, values: readonly number[], rewards: readonly number[]): number {
  const order = [...rewards.keys()].sort((a, b) => rewards[b] - rewards[a] || a - b);
  let [sum, none] = [0, 1];
  // The one in place `at` is picked if it is drawn and none before it is.
  for (let at = 0; at <= order.length - n; at++) {
    const picked = (none * n) / (order.length - at);
    sum += picked * values[order[at]];
    none -= picked;
  }
  return sum;
}

/** Upper bound in nats of the Kullback-Leibler divergence of the best of n from the model: ln n − (n − 1) / n. */
export const divergenceOf = (n: number): number => log(n) - (n - 1) / n;
