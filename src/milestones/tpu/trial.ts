/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'The same weights, which the file holds at 8 bits, with activations in floats of 32 bits.',
  },
  control: { text: 'Every precision reads the same texts, and the difference is taken text by text.' },
  falsifiedBy: { text: 'int8 adding bits that can be told from zero, or ternary weights adding none.' },
  finding: (row) => ({
    text: isAbove(row('bits per byte added by int8'))
      ? 'On a file whose weights have 8 bits already, 8 bits for the activations too cost {0} a byte of text; 4 bits a weight cost {1}, nothing but −1, 0 and 1 costs {2}.'
      : 'On a file whose weights have 8 bits already, 8 bits for the activations too cost nothing that can be told from zero; 4 bits a weight cost {1} a byte of text, nothing but −1, 0 and 1 costs {2}.',
    rows: ['bits per byte added by int8', 'bits per byte added by int4', 'bits per byte added by ternary'],
  }),
};
