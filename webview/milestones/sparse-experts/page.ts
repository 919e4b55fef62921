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
      text: 'Each seed draws other facts, other starting weights and other texts. What the bundled model does with your selection is the same for every seed.',
    },
  },
};
