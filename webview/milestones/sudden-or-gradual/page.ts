/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/sudden-or-gradual/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const suddenOrGradual: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: false,
    note: {
      text: 'One training run of one model is read, so a seed would change nothing. Intervals are over the problems that each checkpoint was asked (bootstrap; of shares, Wilson).',
    },
  },
};
