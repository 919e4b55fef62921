/** Everything that the page shows of this entry's experiment. */
import type { EntryPage } from '../experimentView';
import checked from '../../../src/milestones/vision-language-action/checked.json';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const visionLanguageAction: EntryPage = { strings, view, checked };
