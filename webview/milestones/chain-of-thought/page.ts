/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/chain-of-thought/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const chainOfThought: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'One model is measured; a seed draws other problems. The checked intervals are over five such sets of problems; those of a run here, over its own problems (bootstrap).',
    },
  },
};
