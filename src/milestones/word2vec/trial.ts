/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'Guessing among thousands of words is hardly ever right; two identifiers drawn by lot seldom share a word.',
  },
  control: {
    text: 'The same questions with and without the rule that the words of the question may not be the answer.',
  },
  falsifiedBy: { text: 'No question answered once the rule is in force, or as many without it.' },
  finding: (row) => ({
    text: isAbove(row('gained by excluding'))
      ? '{0} of the analogies come out right, but only {1} where the words of the question are allowed as answers.'
      : 'The rule that leaves out the words of the question changes nothing: {0} right with it, {1} without.',
    rows: ['right, question’s words excluded', 'right, question’s words allowed'],
  }),
};
