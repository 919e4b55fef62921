/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'The word nearest to the third one alone, without any analogy (Linzen 2016); for identifiers, two drawn by lot.',
  },
  control: {
    text: 'The same questions with and without the rule that the words of the question may not be the answer.',
  },
  falsifiedBy: {
    text: 'The nearest neighbour of the third word answering as many: then the difference of the first two would add nothing.',
  },
  finding: (row) => ({
    text: isAbove(row('gained over the nearest to the third word alone'))
      ? '{0} of the analogies come out right; the word nearest to the third one alone gets {2}, and where the words of the question may be answers, {1} are left.'
      : '{0} of the analogies come out right, no more than the word nearest to the third one alone gets ({2}).',
    rows: [
      'right, question’s words excluded',
      'right, question’s words allowed',
      'right, nearest to the third word alone',
    ],
  }),
};
