/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'The nearest known sentence, and every word looked up in a dictionary.' },
  control: { text: 'The same phrases without a language model, and with one that learned from shuffled words.' },
  falsifiedBy: {
    text: 'The language model gaining nothing over none, or over one of shuffled words; for Stupid Backoff, Kneser-Ney staying ahead with all the text.',
  },
  finding: (row) => ({
    text: isAbove(row('Stupid Backoff ahead in chrF of no language model'))
      ? 'A language model brings phrases from {0} to {1} of 100 (chrF) with Stupid Backoff, to {2} with Kneser-Ney. Whether Kneser-Ney leads with little text cannot be told from so few sentences.'
      : 'A language model brings no gain that can be told from zero: {0} of 100 (chrF) without, {1} with it.',
    rows: [
      'chrF: phrases without a language model (control)',
      'chrF: phrases with Stupid Backoff',
      'chrF: phrases with Kneser-Ney',
    ],
  }),
};
