/** What speaks against a solution that a model gave to a question of a person's own: for panels and the command line. */
import type { Equation, SolutionConfidence } from '../protocol/reasoning';
import { hasNumbers, numbersFromNowhere, numbersNotUsed } from './questionNumbers';

export type SolutionDoubt =
  /** Of others that it was as unsure of, so many were right. */
  | { kind: 'unsure'; right: number; of: number }
  /** The question gives no numbers. */
  | { kind: 'no-numbers' }
  /** Numbers of the question that the steps do not use; that they compute with and the question does not give. */
  | { kind: 'unused' | 'from-nowhere'; numbers: string[] };

/** A loop may make up many. */
const MOST_TOLD = 6;

/** In the order in which they are told. `confidence`: of a whole answer. */
export function solutionDoubts(
  question: string,
  steps: readonly { text: string; equations: readonly Equation[] }[],
  confidence?: SolutionConfidence | null,
): SolutionDoubt[] {
  if (!hasNumbers(question)) return [{ kind: 'no-numbers' }];
  const unused = numbersNotUsed(question, steps);
  const strange = numbersFromNowhere(question, steps).slice(0, MOST_TOLD);
  return [
    ...(confidence && !confidence.isKnown ? [{ kind: 'unsure' as const, ...confidence.unsure }] : []),
    ...(unused.length > 0 ? [{ kind: 'unused' as const, numbers: unused }] : []),
    ...(strange.length > 0 ? [{ kind: 'from-nowhere' as const, numbers: strange }] : []),
  ];
}
