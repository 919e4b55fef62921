/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'The policy alone, which against itself would win half the games; on the solved board, a move drawn by lot.',
  },
  control: {
    text: 'The same search with random playouts in place of the value net, without the policy’s prior, without either, with the fewest simulations and, without nets, as long by the clock and four times as many simulations.',
  },
  falsifiedBy: { text: 'The search winning no more than half of the games against its own policy.' },
  finding: (row) => ({
    text: isAbove(row('search over policy alone'), 0.5)
      ? 'With search the same network wins {0} of the games against itself without; random playouts in place of its value net win {1}.'
      : 'Search adds nothing: it wins {0} of the games against the policy alone.',
    rows: ['search over policy alone', 'search with random playouts, no value net'],
  }),
};
