/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/alexnet/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const alexNet: EntryPage = { strings, view, checked };
