/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const longContext: EntryPage = { strings, view };
