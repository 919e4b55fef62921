/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const LIFT = 'kinds that only captions name: ahead of captions of other pictures by';

export const trial: Trial = {
  baseline: {
    text: 'Rules written by hand with a list of synonyms and perfect eyes, frozen before the instructions were written; the demonstration with most words in common.',
  },
  control: {
    text: 'The same net without captions, with captions of other pictures, without eyes, without ears.',
  },
  falsifiedBy: {
    text: 'Captions without actions lifting nothing over captions of other pictures; or an action that was never demonstrated being done all the same.',
  },
  finding: (row) => ({
    text: isAbove(row(LIFT))
      ? 'Told to handle kinds that only captions name, it obeys in {0} of the cases, with captions of other pictures in {1}; an action that nobody has shown it does in {2}.'
      : 'That captions help with kinds nobody has handled cannot be told from zero: {0}, with captions of other pictures {1}; an action that nobody has shown it does in {2}.',
    rows: [
      'kinds that only captions name',
      'kinds that only captions name, captions of other pictures (control)',
      'an action never demonstrated',
    ],
  }),
};
