/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Guessing names one drawing in five.' },
  control: {
    text: 'Nets without convolutions on the same drawings, one with as many weights, one with as many multiply-adds; tanh and rectified units each at the rate that suits it.',
  },
  falsifiedBy: {
    text: 'A net without convolutions naming as many at equal weights or equal work; for the second claim, tanh needing no more epochs than rectified units.',
  },
  finding: (row) => ({
    text: isAbove(row('ahead at equal multiply-adds'))
      ? 'With convolutions {0} of the drawings are named rightly, without them {1} for as many multiply-adds.'
      : 'For as many multiply-adds, convolutions bring no gain: {0} named rightly with them, {1} without.',
    rows: ['named rightly with convolutions', 'without, as many multiply-adds'],
  }),
};
