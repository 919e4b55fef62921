/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

/** Sudden: more than half of a curve's way within one doubling of the training. Fixed before the run was looked at. */
const SUDDEN = 0.5;
const EXACT = 'of its rise within one doubling: solutions wholly right';
const END = 'solutions wholly right at the end';
const SMOOTH = 'of its rise within one doubling: log-probability of the whole solution';

export const trial: Trial = {
  baseline: { text: 'A curve that rises by the same amount in every doubling of the training.' },
  control: {
    text: 'The same written solutions of the same problems in five measures, from all-or-nothing to the log-probability of every token.',
  },
  falsifiedBy: {
    text: '“The jump is the measure’s” would be wrong if the log-probability of the same whole solutions had more than half of its rise within one doubling, too.',
  },
  finding(row) {
    if (!row(EXACT)) {
      return {
        text: isAbove(row(SMOOTH), SUDDEN)
          ? 'By the end {1} of the solutions are wholly right, too few to tell how that rises. Their log-probability jumps: {0} of its rise lies within one doubling of training.'
          : 'By the end {1} of the solutions are wholly right, too few to tell how that rises. Their log-probability climbs gradually: {0} of its rise within one doubling of training at most.',
        rows: [SMOOTH, END],
      };
    }
    return {
      text: isAbove(row(SMOOTH), SUDDEN)
        ? 'The smooth measure jumps as well: {1} of its rise lies within one doubling of training, {0} of the rise of whole solutions, which was cut off at {2}.'
        : isAbove(row(EXACT), SUDDEN)
          ? 'Whole solutions come suddenly: {0} of their rise, which was cut off at {2}, lies within one doubling of training. The log-probability of the same solutions climbs gradually: {1} at most.'
          : 'Neither is sudden by our measure: {0} of the rise of whole solutions, which was cut off at {2}, lies within one doubling of training, {1} of that of their log-probability.',
      rows: [EXACT, SMOOTH, END],
    };
  },
};
