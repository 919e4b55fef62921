/** The verdict on a chain of thought's sums: the first wrong one, what builds on it, and whether it is taken back. */
import type { Correction, Equation, Step } from '../protocol/reasoning';

export interface Verdict {
  sums: number;
  wrong: number;
  /** Steps with a wrong sum: those that stand, then those that are taken back. */
  standing: number[];
  takenBack: number[];
  first: { step: number; sum: Equation; corrected?: Correction } | null;
  /** Steps that build on the first wrong sum, and those that may; an answer that only states what came out is no step here. */
  building: number[];
  perhaps: number[];
  /** Those that build on it behind the step that takes it back. */
  afterwards: number[];
  /** Whether the answer rests on it. */
  isAnswerBuilt: boolean;
}

export function verdictOf(steps: readonly Step[]): Verdict {
  const sums = steps.flatMap(({ equations }) => equations);
  const wrongSteps = steps.flatMap(({ equations }, step) => (equations.some(({ right }) => !right) ? [step] : []));
  const standing = wrongSteps.filter((step) => !steps[step].corrected);
  const takenBack = wrongSteps.filter((step) => steps[step].corrected);
  const step = standing[0] ?? takenBack[0];
  const sum = step === undefined ? undefined : steps[step].equations.find(({ right }) => !right);
  const computing = (isBuilt: (step: Step) => boolean | undefined): number[] =>
    steps.flatMap((one, at) => (isBuilt(one) && !isAnswer(one) ? [at] : []));
  const building = computing(({ buildsOn }) => buildsOn?.includes(step));
  const corrected = sum && steps[step].corrected;
  return {
    sums: sums.length,
    wrong: sums.filter(({ right }) => !right).length,
    standing,
    takenBack,
    first: sum ? { step, sum, corrected } : null,
    building,
    afterwards: corrected?.isTakenBack ? building.filter((at) => at > corrected.by) : [],
    perhaps: computing(({ buildsOn, mayBuildOn }) => !buildsOn?.includes(step) && mayBuildOn?.includes(step)),
    isAnswerBuilt: steps.some((one) => isAnswer(one) && one.buildsOn?.includes(step)),
  };
}

const isAnswer = ({ isAnswer: isLine, kinds, equations }: Step): boolean =>
  isLine || (equations.length === 0 && kinds?.includes('answer') === true);
