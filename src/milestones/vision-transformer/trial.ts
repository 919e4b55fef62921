/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'The nearest known drawing by its pixels; guessing names one in five.' },
  control: {
    text: 'Convolutions with as many weights and multiply-adds; the same Transformer that is not told where a patch is; random patches blanked.',
  },
  falsifiedBy: {
    text: 'The Transformer being level with the convolutions on few drawings. A distance that is still there with more leaves the crossing open.',
  },
  finding: (row) => ({
    text: isAbove(row('more drawings: convolutions ahead by'))
      ? 'With few drawings convolutions name {0} rightly, attention over patches {1}; with more, {2} and {3}. The crossing is not reached.'
      : 'With few drawings convolutions name {0} rightly, attention over patches {1}; with more, {2} and {3}: the distance cannot be told from zero.',
    rows: [
      'few drawings: convolutions',
      'few drawings: attention over patches',
      'more drawings: convolutions',
      'more drawings: attention over patches',
    ],
  }),
};
