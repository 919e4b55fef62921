/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/chatgpt/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const chatGpt: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'One model answers; a seed draws other answers and other preferences. The checked intervals are over five such draws.',
    },
  },
};
