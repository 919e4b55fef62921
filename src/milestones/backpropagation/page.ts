/** Everything that the page shows of this entry. */
import type { EntryPage } from '../../../webview/milestones/experimentView';
import checked from './checked.json';
import en from './facts.en.md';
import zh from './facts.zh-cn.md';
import strings from './strings.zh-cn.json';
import { view } from './view';

export const backpropagation: EntryPage = { facts: { en, zh }, strings, view, checked };
