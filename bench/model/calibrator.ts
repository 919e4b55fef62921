/** Which traits of a solution tell that it is right? A logistic regression, fitted by gradient descent with a little ridge. */
import { TRAITS, chanceOf, type Calibration, type Traits } from '../../src/reasoning/solve/confidence';
import { bootstrapInterval, mean, standardDeviation, type Interval } from '../../src/shared/statistics';

/** A solved problem. */
export interface Outcome {
  right: boolean;
  traits: Traits;
}

/** Steps of gradient descent, their rate, and the weight of the squares of the weights. */
const [STEPS, RATE, RIDGE] = [4000, 0.5, 1e-3];

/** Of at least one right and one wrong problem; the same for the same problems in any order, to rounding. */
export function fitted(outcomes: readonly Outcome[]): Calibration {
  const weights = Object.fromEntries(
    TRAITS.map((trait) => {
      const values = outcomes.map(({ traits }) => traits[trait]);
      return [trait, { mean: mean(values), scale: standardDeviation(values) || 1, weight: 0 }];
    }),
  ) as Calibration['weights'];
  const found: Calibration = { bias: 0, weights };
  for (let step = 0; step < STEPS; step++) {
    let bias = 0;
    const slopes = Object.fromEntries(TRAITS.map((trait) => [trait, RIDGE * weights[trait].weight])) as Traits;
    for (const { right, traits } of outcomes) {
      const error = (chanceOf(traits, found) - Number(right)) / outcomes.length;
      bias += error;
      for (const trait of TRAITS)
        slopes[trait] += (error * (traits[trait] - weights[trait].mean)) / weights[trait].scale;
    }
    found.bias -= RATE * bias;
    for (const trait of TRAITS) weights[trait].weight -= RATE * slopes[trait];
  }
  return found;
}

/** With fewer right ones or fewer wrong ones an area tells nothing. */
const FEWEST = 5;

/**
 * Of judged problems, with the interval by drawing them anew (none where all stand in order: every draw would say the same); null where too
 * few are right or too few wrong to say.
 */
export function areaOf(judged: readonly Judged[]): { auroc: number; interval: Interval | null } | null {
  const right = judged.filter((one) => one.right).length;
  if (Math.min(right, judged.length - right) < FEWEST) return null;
  // A draw without any right one, or any wrong one, tells as little as a coin.
  const interval = bootstrapInterval(judged, (drawn) => {
    const area = auroc(drawn);
    return Number.isNaN(area) ? 0.5 : area;
  });
  const area = auroc(judged);
  return { auroc: area, interval: area > 0 && area < 1 ? interval : null };
}

interface Judged {
  right: boolean;
  chance: number;
}

/** How likely a right one is held for likelier than a wrong one; ties count half. NaN where all are right or all wrong. */
export function auroc(judged: readonly Judged[]): number {
  const [right, wrong] = [judged.filter(({ right }) => right), judged.filter(({ right }) => !right)];
  let above = 0;
  for (const a of right) for (const b of wrong) above += a.chance > b.chance ? 1 : a.chance === b.chance ? 0.5 : 0;
  return above / (right.length * wrong.length);
}
