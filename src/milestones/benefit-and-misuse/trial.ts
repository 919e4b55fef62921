/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Text of the same model without a mark; half of it sets the threshold.' },
  control: { text: 'The other half of the unmarked texts, and the marked ones looked at with the wrong key.' },
  falsifiedBy: { text: 'The wrong key, or unmarked text, scoring as high as the mark.' },
  finding: (row) => ({
    text: isAbove(row('green list: marked texts found'), row('green list: false alarms on unmarked texts')?.value)
      ? 'The mark is found in {0} of {4} marked texts; {1} of as many unmarked ones give a false alarm. With a program’s names changed, z falls from {2} to {3}.'
      : 'The mark cannot be told from chance: found in {0} of {4} marked texts, false alarms in {1} of as many unmarked ones.',
    rows: [
      'green list: marked texts found',
      'green list: false alarms on unmarked texts',
      'green list: z on code',
      'green list: z on code with other identifiers',
      'texts asked, marked and unmarked each',
    ],
    withInterval: ['green list: marked texts found', 'green list: false alarms on unmarked texts'],
  }),
};
