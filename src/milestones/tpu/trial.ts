/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'The same model in floats of 32 bits.' },
  control: { text: 'Every precision reads the same texts, and the difference is taken text by text.' },
  falsifiedBy: { text: 'int8 adding bits that can be told from zero, or ternary weights adding none.' },
  finding: (row) => ({
    text: isAbove(row('bits per byte added by int8'))
      ? '8 bits cost {0} a byte of text, 4 bits {1}, and the signs alone {2}.'
      : '8 bits a weight cost nothing that can be told from zero; 4 bits cost {1} a byte of text, the signs alone {2}.',
    rows: ['bits per byte added by int8', 'bits per byte added by int4', 'bits per byte added by ternary'],
  }),
};
