/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';

export const trial: Trial = {
  baseline: { text: 'Guessing among the things that the text names.' },
  control: { text: 'Both nets read the same texts in the same number of steps.' },
  falsifiedBy: { text: 'The recurrent net coming to the same loss with as little compute.' },
  finding: () => ({
    text: 'The widest attention ends at {0}, the best recurrent net at {1}: it never learns the task, so no ratio is said.',
    rows: ['loss of the widest attention', 'loss of the best recurrent net'],
  }),
};
