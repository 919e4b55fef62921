/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Guessing is right half the time: cats and the rest count alike.' },
  control: {
    text: 'The best of random projections, and the best unit of the same network before it learns, chosen and judged on the same drawings.',
  },
  falsifiedBy: { text: 'A random projection, or a unit that has learned nothing, telling cats from the rest as well.' },
  finding: (row) => ({
    text: isAbove(row('ahead of the best random projection'))
      ? 'Never told what a cat is, one unit tells cats from the rest in {0} of the cases; the best random projection in {1}.'
      : 'The best unit tells cats from the rest in {0} of the cases, no better than the best random projection ({1}).',
    rows: ['best unit on cats', 'best random projection'],
  }),
};
