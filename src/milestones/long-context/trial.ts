/** What makes a test of this experiment, and its one finding. */
import type { Trial } from '../../protocol/milestones';
import { isAbove } from '../../shared/statistics';
import { GATE } from './options';

const GATED = 'found among 256 (the gate: 90%)';

export const trial: Trial = {
  baseline: { text: 'A plain table of keys finds every needle at any length; guessing finds one in sixteen.' },
  control: {
    text: 'Keys that occur in no statement, haystacks without the needle, and statements that share half of its key: all of them, or none.',
  },
  falsifiedBy: {
    text: 'As many needles found in the longest haystack as among 256; for the remedy, sharper scores winning nothing back.',
  },
  finding(row) {
    if ((row(GATED)?.value ?? 0) < GATE.share) {
      return {
        text: 'Only {0} of the needles are found among 256: nothing is claimed about longer haystacks.',
        rows: [GATED],
      };
    }
    return {
      text: isAbove(row('lost from 256 to the longest'))
        ? 'Among 256 statements {0} of the needles are found, in the longest haystack {1}, with sharper scores {2}; among only 1,024, with all the look-alikes, {3}.'
        : 'Length costs nothing that can be told from zero: {0} of the needles are found among 256, {1} in the longest haystack, {2} with sharper scores.',
      rows: [
        GATED,
        'found in the longest haystack',
        'found in the longest, with sharper scores',
        'among 1,024, all that share half the key (control)',
      ],
    };
  },
};
