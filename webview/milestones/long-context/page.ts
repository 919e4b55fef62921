/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/long-context/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const longContext: EntryPage = { strings, view, checked };
