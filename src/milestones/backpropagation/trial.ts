/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Always answering “not symmetric” is right in 56 of 64 cases.' },
  control: {
    text: 'As many passes through the net, from the same starting weights, spent on numeric gradients, on random trials, and on teaching the output layer alone.',
  },
  falsifiedBy: { text: 'Random trials, or numeric gradients, solving as many nets within the same budget.' },
  finding: (row) => ({
    text: isAbove(row('nets solved with backpropagation'), row('nets solved by random trials')?.value)
      ? 'With backpropagation {0} of the nets learn symmetry; random trials solve {1} for the same budget.'
      : 'In these runs backpropagation ({0} of the nets) cannot be told apart from random trials ({1}).',
    rows: ['nets solved with backpropagation', 'nets solved by random trials'],
  }),
};
