/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'One solution, written greedily; a vote of several that costs as much.' },
  control: { text: 'As many tokens spent from lines drawn by lot instead of from those that the checker refused.' },
  falsifiedBy: { text: 'Checking gaining nothing over as many tokens at random lines.' },
  finding: (row) => ({
    text: isAbove(row('gain of verify and refine over writing once'))
      ? 'Checking and refining brings {0} right, one greedy solution {1}.'
      : 'Checking and refining brings no gain that can be told from zero: {0} right, one greedy solution {1}.',
    rows: ['right, verify and refine', 'right, written once (greedy)'],
  }),
};
