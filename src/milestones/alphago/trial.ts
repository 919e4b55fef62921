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
  falsifiedBy: {
    text: 'The search winning no more than half of the games against its own policy; for the nets, search without them giving away no more for as long.',
  },
  finding: (row) => ({
    text: !isAbove(row('search over policy alone'), 0.5)
      ? 'Search adds nothing: it scores {0} against the policy alone.'
      : isAbove(row('given away less, with both nets than without for as long'))
        ? 'With search the same network scores {0} against itself without; with random playouts in place of its value net, {1}. On the solved board the nets pay: a move gives away {2} with them, {4} without at as many simulations, {3} without for as long.'
        : 'With search the same network scores {0} against itself without; with random playouts in place of its value net, {1}. On the solved board the nets do not pay: a move gives away {2} with them, {4} without at as many simulations, {3} without for as long.',
    rows: [
      'search over policy alone',
      'search with random playouts, no value net',
      'given away by a move: search with both nets',
      'given away by a move: search without nets, as long by the clock',
      'given away by a move: search without nets',
    ],
  }),
};
