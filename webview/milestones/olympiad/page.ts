/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/olympiad/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const olympiad: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'One model is measured; a seed draws other problems and other samples. The checked intervals are over five such sets; those of a run here, over its own problems.',
    },
  },
};
