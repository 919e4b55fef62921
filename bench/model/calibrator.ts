/** Which traits of a solution tell that it is right? A logistic regression, fitted by gradient descent with a little ridge. */
import { TRAITS, chanceOf, type Calibration, type Traits } from '../../src/reasoning/solve/confidence';
import { mean, standardDeviation } from '../../src/shared/statistics';

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

/** How likely a right one is held for likelier than a wrong one; ties count half. NaN where all are right or all wrong. */
export function auroc(judged: readonly { right: boolean; chance: number }[]): number {
  const [right, wrong] = [judged.filter(({ right }) => right), judged.filter(({ right }) => !right)];
  let above = 0;
  for (const a of right) for (const b of wrong) above += a.chance > b.chance ? 1 : a.chance === b.chance ? 0.5 : 0;
  return above / (right.length * wrong.length);
}
