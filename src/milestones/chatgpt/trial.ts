/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

const SHUFFLED = '160 preferences ahead of shuffled ones';
const LENGTH = '160 preferences ahead of length alone';
const GAIN = 'gain by the rule, best by 160 preferences';
const CONTROLS = ['gain by the rule, shuffled preferences (control)', 'gain by the rule, length alone (control)'];

export const trial: Trial = {
  baseline: { text: 'One answer as it is drawn, and the one that the model itself holds for likeliest.' },
  control: { text: 'The same preferences with their answers shuffled, and a reward that knows only the length.' },
  falsifiedBy: {
    text: 'Shuffled preferences or the length alone picking as well, or a gain over one drawn answer that cannot be told from zero. Over-optimisation is not tested here.',
  },
  finding: (row) => ({
    text:
      !isAbove(row(SHUFFLED)) || !isAbove(row(LENGTH))
        ? 'By the rule, picking with 160 preferences gains {2} standard deviations over a drawn answer: {0} more than shuffled preferences and {1} more than length alone, which are not both told from zero.'
        : isAbove(row(GAIN))
          ? 'By the rule, picking with 160 preferences gains {2} standard deviations over a drawn answer: {0} more than shuffled preferences and {1} more than length alone.'
          : 'That picking with 160 preferences gains anything over a drawn answer does not show: by the rule {2} standard deviations, which cannot be told from zero. It is {0} ahead of shuffled preferences and {1} ahead of length alone, but these by themselves come to {3} and {4}.',
    rows: [SHUFFLED, LENGTH, GAIN, ...CONTROLS],
    withInterval: [GAIN],
  }),
};
