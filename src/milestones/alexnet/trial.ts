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
  finding(row) {
    const slower = isAbove(row('epochs of tanh to those of rectified units'), 1);
    return {
      text: isAbove(row('ahead at equal multiply-adds'))
        ? slower
          ? 'With convolutions {0} of the drawings are named rightly, without them {1} for as many multiply-adds. Tanh needs {2} the epochs of rectified units.'
          : 'With convolutions {0} of the drawings are named rightly, without them {1} for as many multiply-adds. That tanh needs more epochs than rectified units does not show: {2} as many.'
        : slower
          ? 'For as many multiply-adds, convolutions bring no gain: {0} named rightly with them, {1} without. Tanh needs {2} the epochs of rectified units.'
          : 'For as many multiply-adds, convolutions bring no gain: {0} named rightly with them, {1} without. That tanh needs more epochs than rectified units does not show: {2} as many.',
      rows: [
        'named rightly with convolutions',
        'without, as many multiply-adds',
        'epochs of tanh to those of rectified units',
      ],
    };
  },
};
