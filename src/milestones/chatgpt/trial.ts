/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

const SHUFFLED = '160 preferences ahead of shuffled ones';
const LENGTH = '160 preferences ahead of length alone';
const GAIN = 'gain by the rule, best by 160 preferences';

export const trial: Trial = {
  baseline: { text: 'One answer as it is drawn, and the one that the model itself holds for likeliest.' },
  control: { text: 'The same preferences with their answers shuffled, and a reward that knows only the length.' },
  falsifiedBy: {
    text: 'Shuffled preferences or the length alone picking as well. Over-optimisation is not tested here.',
  },
  finding: (row) => ({
    text:
      !isAbove(row(SHUFFLED)) || !isAbove(row(LENGTH))
        ? 'By the rule, picking with 160 preferences gains {2} standard deviations over a drawn answer: {0} more than shuffled preferences and {1} more than length alone, which are not both told from zero.'
        : isAbove(row(GAIN))
          ? 'By the rule, picking with 160 preferences gains {2} standard deviations over a drawn answer: {0} more than shuffled preferences and {1} more than length alone.'
          : 'By the rule, picking with 160 preferences gains {2} standard deviations over a drawn answer, which cannot be told from zero; shuffled preferences and length alone gain {0} and {1} less than it does.',
    rows: [SHUFFLED, LENGTH, GAIN],
  }),
};
