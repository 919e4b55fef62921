/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/machine-translation/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const machineTranslation: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'The texts are those of this project; a seed draws the entries whose sentences are kept apart, and the order in which English is counted.',
    },
  },
};
