/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/phil/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const phil: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'A seed holds other files back and learns from the rest: the intervals are over five such divisions of one workspace. The transformer is the bundled model each time.',
    },
  },
};
