/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/benefit-and-misuse/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const benefitAndMisuse: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'One model writes; a seed draws other texts and other keys. The checked intervals are over five seeds; those of a run here, over its texts.',
    },
  },
};
