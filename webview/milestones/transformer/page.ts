/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/transformer/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const transformer: EntryPage = { strings, view, checked };
