/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../../../webview/milestones/experimentView';
import checked from './checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const alexNet: EntryPage = { strings, view, checked };
