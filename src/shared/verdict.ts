/** The verdict on a chain of thought's sums: the first wrong one, what builds on it, and whether it is taken back. */
import type { Equation, Step } from '../protocol/reasoning';

export interface Verdict {
  sums: number;
  wrong: number;
  /** Steps with a wrong sum: those that stand, then those that are taken back. */
  standing: number[];
  takenBack: number[];
  first: { step: number; sum: Equation; corrected: boolean } | null;
  /** Steps that compute with what a wrong sum came to. */
  building: number[];
}

export function verdictOf(steps: readonly Step[]): Verdict {
  const sums = steps.flatMap(({ equations }) => equations);
  const wrongSteps = steps.flatMap(({ equations }, step) => (equations.some(({ right }) => !right) ? [step] : []));
  const standing = wrongSteps.filter((step) => !steps[step].corrected);
  const takenBack = wrongSteps.filter((step) => steps[step].corrected);
  const step = standing[0] ?? takenBack[0];
  const sum = step === undefined ? undefined : steps[step].equations.find(({ right }) => !right);
  return {
    sums: sums.length,
    wrong: sums.filter(({ right }) => !right).length,
    standing,
    takenBack,
    first: sum ? { step, sum, corrected: steps[step].corrected ?? false } : null,
    building: steps.flatMap(({ buildsOnWrong }, at) => (buildsOnWrong ? [at] : [])),
  };
}
