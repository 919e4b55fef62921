/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: { text: 'Guessing names one drawing in five; the same student with hard targets is what must be beaten.' },
  control: {
    text: 'Same student, same start, same drawings: hard targets, soft targets at several temperatures, hard targets on all drawings.',
  },
  falsifiedBy: { text: 'Soft targets gaining nothing over hard ones on the same drawings.' },
  finding: (row) => ({
    text: isAbove(row('gained by soft targets'))
      ? 'A teacher’s soft targets name {0} of the drawings rightly, hard targets {1}: that closes {2} of the gap to all the data.'
      : 'Soft targets gain nothing here: {0} against {1} with hard ones.',
    rows: ['soft targets, same part', 'hard targets, part of the data', 'share of the gap closed'],
  }),
};
