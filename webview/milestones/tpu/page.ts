/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/tpu/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const tpu: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: false,
    note: {
      text: 'One model is measured, so a seed would change nothing. The intervals are over texts: drawn again and again with replacement (bootstrap).',
    },
  },
};
