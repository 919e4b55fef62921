/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'A dense net of the same compute a token.' },
  control: {
    text: 'The same facts in the same order and number of steps for every net, asked on facts never shown; with the balance loss and without it; for topics, the topics dealt out anew among the texts.',
  },
  falsifiedBy: { text: 'The mixture reaching the dense net’s loss for no less compute.' },
  finding: (row) => ({
    text: isAbove(row('compute saved to the dense loss, best mixture'), 1)
      ? 'On facts never shown, the best mixture comes to the dense net’s loss with {0} less compute.'
      : 'No mixture comes to the dense net’s loss with less compute ({0}).',
    rows: ['compute saved to the dense loss, best mixture'],
  }),
};
