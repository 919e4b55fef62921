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
    text: 'Shuffled preferences or the length alone picking as well; for over-optimisation, nothing lost from the best n to the largest.',
  },
  finding: (row) => ({
    text:
      !isAbove(row(SHUFFLED)) || !isAbove(row(LENGTH))
        ? 'No gain of preferences can be told apart: {0} ahead of shuffled ones, {1} ahead of length alone, {2} ahead of a drawn answer (standard deviations).'
        : isAbove(row(GAIN))
          ? 'Picked by 160 preferences, answers gain {2} standard deviations over a drawn one: {0} more than by shuffled preferences, {1} more than by length alone.'
          : 'Picked by 160 preferences, answers are {0} standard deviations ahead of those by shuffled ones and {1} ahead of those by length alone; ahead of a drawn answer by {2}, which cannot be told from zero.',
    rows: [SHUFFLED, LENGTH, GAIN],
  }),
};
