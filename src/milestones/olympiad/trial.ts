/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'One solution, written greedily; a vote of several that costs as much.' },
  control: { text: 'As many tokens spent from lines drawn by lot instead of from those that the checker refused.' },
  falsifiedBy: { text: 'Checking gaining nothing over as many tokens at random lines.' },
  finding: (row) => ({
    text: isAbove(row('gain over as many tokens at random lines'))
      ? 'Checking and refining brings {0} right, as many tokens at random lines {1}; one greedy solution {2}.'
      : 'Checking and refining brings no gain over as many tokens at random lines that can be told from zero: {0} right against {1}; one greedy solution {2}.',
    rows: ['right, verify and refine', 'right, cut at random lines', 'right, written once (greedy)'],
  }),
};
