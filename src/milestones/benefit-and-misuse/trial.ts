/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Text of the same model without a mark; half of it sets the threshold.' },
  control: { text: 'The other half of the unmarked texts, and the marked ones looked at with the wrong key.' },
  falsifiedBy: { text: 'The wrong key, or unmarked text, scoring as high as the mark.' },
  finding: (row) => ({
    text: isAbove(row('green list: marked texts found'), row('green list: false alarms on unmarked texts')?.value)
      ? 'The mark is found in {0} of the marked texts; {1} of the unmarked ones give a false alarm.'
      : 'The mark cannot be told from chance: found in {0} of the marked texts, false alarms in {1}.',
    rows: ['green list: marked texts found', 'green list: false alarms on unmarked texts'],
  }),
};
