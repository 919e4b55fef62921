/** Several chains of thought of one problem by what they come to, and where they part from the one on show. No DOM. */
import type { Alignment } from '../../src/protocol/reasoning';
import { sameAnswer } from '../../src/shared/sameAnswer';
import type { Shown } from './state';

export interface AnswerGroup {
  answer: string | null;
  count: number;
  /** The one on show comes to it. */
  isOwn: boolean;
  /** The step of the one on show at which the first of these parts from it; null: none, or not known yet. */
  partsAt: number | null;
}

/** The commonest answer first; equal answers are equal by value. */
export function answerGroups(
  shown: Shown,
  others: readonly Shown[],
  alignments: readonly (Alignment | undefined)[],
): AnswerGroup[] {
  const groups: AnswerGroup[] = [{ answer: shown.answer, count: 1, isOwn: true, partsAt: null }];
  others.forEach(({ answer }, i) => {
    const group = groups.find((one) => (answer === null ? one.answer === null : sameAnswer(one.answer, answer)));
    if (group) group.count++;
    else groups.push({ answer, count: 1, isOwn: false, partsAt: partingStep(alignments[i]) });
  });
  return groups.sort((a, b) => b.count - a.count);
}

/** The step of the left one at which the two first come to something else. */
function partingStep(alignment: Alignment | undefined): number | null {
  return alignment?.first == null ? null : alignment.pairs[alignment.first].left;
}
