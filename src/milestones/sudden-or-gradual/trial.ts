/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';

export const trial: Trial = {
  baseline: { text: 'Guessing a digit is right once in ten.' },
  control: {
    text: 'Three measures of the same answers (whole, a digit’s probability, its logarithm) and the loss, along one training.',
  },
  falsifiedBy: {
    text: 'A smooth measure of the same solutions rising over as few doublings as whole answers. The one kept here cannot tell: after “####” the digits repeat the line above.',
  },
  finding: () => ({
    text: 'Whole answers come within {0} doublings of training; the loss falls over {1}.',
    rows: ['doublings of training in which whole answers rise', 'doublings of training in which loss falls'],
  }),
};
