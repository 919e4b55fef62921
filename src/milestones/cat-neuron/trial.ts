/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

const GROWN = 'gained from 16 units to the largest';

export const trial: Trial = {
  baseline: {
    text: 'Guessing is right half the time: cats and the rest count alike. The best of 16 principal components of the drawings; a template of the mean cat, which is told the names.',
  },
  control: {
    text: 'The best of random projections, the best unit of the same network before it learns, and the best unit where the names are shuffled: chosen on some drawings, judged on others.',
  },
  falsifiedBy: {
    text: 'A principal component, a random projection, or a unit that has learned nothing, telling cats from the rest as well.',
  },
  finding: (row) => ({
    text: isAbove(row('ahead of the best principal component'))
      ? 'Never told what a cat is, one unit tells cats from the rest in {0} of the cases; the best principal component in {1}, a template that is told the names in {2}. From 16 units to the largest network it gains {3}.'
      : 'One unit tells cats from the rest in {0} of the cases, no better than the best principal component ({1}): that the network’s learning is needed does not show.',
    rows: [
      'best unit on cats',
      'best of 16 principal components, no names told',
      'template of the mean cat, names told',
      GROWN,
    ],
    withInterval: [GROWN],
  }),
};
