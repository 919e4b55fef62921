/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Guessing finds one digit in ten.' },
  control: {
    text: 'Nets that see the same numbers in the same order; one reads them backwards, which shortens the way and adds nothing else.',
  },
  falsifiedBy: { text: 'The net with one vector writing long numbers as well as the one with attention.' },
  finding: (row) => ({
    text: isAbove(row('gained by attention, digits of the longest'))
      ? 'Of the longest numbers, attention writes {0} whole and rightly; a single vector {1}.'
      : 'Attention is no help here: {0} of the longest numbers whole and right with it, {1} with a single vector.',
    rows: ['longest numbers whole: attention', 'longest numbers whole: one vector'],
  }),
};
