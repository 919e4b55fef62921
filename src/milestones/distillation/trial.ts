/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';

export const trial: Trial = {
  baseline: {
    text: 'Guessing names one drawing in five; the same student with hard targets is what must be beaten.',
  },
  control: {
    text: 'Same student, same start, same drawings, targets as soft: label smoothing, which knows no teacher, and the teacher’s other probabilities permuted.',
  },
  falsifiedBy: {
    text: 'Soft targets gaining nothing over hard ones; or label smoothing gaining as much, so that the teacher knows nothing of use.',
  },
  finding: (row) => ({
    text: !isAbove(row('gained by soft targets'))
      ? 'Soft targets gain nothing here that can be told from zero: {0} named rightly, {1} with hard ones.'
      : isAbove(row('gained over label smoothing'))
        ? 'Soft targets name {0} of the drawings rightly, hard ones {1}, and label smoothing, which knows no teacher, {2}: the teacher’s likenesses help.'
        : 'Soft targets name {0} of the drawings rightly, hard ones {1}; but label smoothing, which knows no teacher, {2}: that the teacher’s likenesses help does not show.',
    rows: ['soft targets, same part', 'hard targets, part of the data', 'label smoothing, same part'],
  }),
};
