/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

const BEST = 'compute saved to the dense loss, best mixture';
const MOST = 'compute saved to the dense loss, most experts';

export const trial: Trial = {
  baseline: { text: 'A dense net of the same compute a token.' },
  control: {
    text: 'The same facts in the same order and number of steps for every net, asked on facts never shown; with the balance loss and without it; for topics, the topics dealt out anew among the texts.',
  },
  falsifiedBy: {
    text: 'With as many facts as are set here, the best of the mixtures, chosen by this very result, reaching the dense net’s loss for no less compute.',
  },
  finding: (row) => ({
    text: !isAbove(row(BEST), 1)
      ? 'No mixture comes to the dense net’s loss with less compute ({0}).'
      : row(MOST)
        ? 'On facts never shown, with as many as are set here, the best of the mixtures (chosen by this result) comes to the dense net’s loss with {0} less compute, the one of most experts with {1}. With a quarter of the checked runs’ facts (4,096) the dense net was the better one.'
        : 'On facts never shown, with as many as are set here, the best of the mixtures (chosen by this result) comes to the dense net’s loss with {0} less compute; the one of most experts does not come to it.',
    rows: row(MOST) ? [BEST, MOST] : [BEST],
  }),
};
