/** Steps with what their words and sums tell: what kind of step each is, what builds on a wrong sum, what is taken back. */
import type { ReasoningTrace, Step } from '../../protocol/reasoning';
import { notationOf, withPoints } from '../arithmetic/notations';
import { propagation } from '../arithmetic/propagation';
import { kindsOf } from './kinds';
import { checkSums } from './segment';
import { atOnce, shares, type Work } from './work';

/** The steps of a trace, their sums checked, and with all that follows from them: long work on a long trace. */
export function* checkSteps({
  text,
  steps,
  question,
}: Pick<ReasoningTrace, 'text' | 'steps' | 'question'>): Work<Step[]> {
  // By far the most of it are the sums.
  const checked = yield* shares(checkSums(text, steps), 0, 0.7);
  const { hasDecimalComma } = notationOf(text);
  const followed = yield* shares(annotate(hasDecimalComma ? checked.map(inPoints) : checked, question), 0.7, 1);
  return hasDecimalComma ? followed.map((step, at) => asWritten(step, checked[at])) : followed;
}

/** The same places, with points as decimal signs, so that values are found again. */
const inPoints = (step: Step): Step => ({
  ...step,
  text: withPoints(step.text),
  equations: step.equations.map((sum) => ({ ...sum, text: withPoints(sum.text) })),
});

const asWritten = (step: Step, { text, equations }: Step): Step => ({
  ...step,
  text,
  equations: step.equations.map((sum, at) => ({ ...sum, text: equations[at].text })),
});

export const annotated = (steps: readonly Step[], question: string | null): Step[] => atOnce(annotate(steps, question));

function* annotate(steps: readonly Step[], question: string | null): Work<Step[]> {
  const known: Step[] = [];
  for (const step of yield* propagation(steps, question)) {
    const kinds = kindsOf(step);
    known.push(kinds.length > 0 ? { ...step, kinds } : step);
    yield known.length / steps.length;
  }
  return known;
}
