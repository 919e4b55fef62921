/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/sparse-experts/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const sparseExperts: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'Each seed draws other facts and other starting weights. The numbers of the bundled model are of one text and the same for every seed, so they have no interval.',
    },
  },
};
