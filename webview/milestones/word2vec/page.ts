/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/word2vec/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const word2vec: EntryPage = {
  strings,
  view,
  checked,
  basis: {
    seeded: true,
    note: {
      text: 'The vectors of the old books are shipped and the same for every seed: the intervals of their analogies are over the pairs of words asked for (bootstrap). The workspace’s vectors are learned anew with each seed.',
    },
  },
};
