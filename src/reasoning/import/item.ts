/** What begins a step of a written list. */
import { ITEM } from '../../shared/itemNumber';

/** An item that is only a title: what it is about stands below it, in Markdown after an empty line. */
const TITLE = /^#[^\n]*$|^[^\n]*(?:[:：]|\*\*|__)$/;

export const isItem = (line: string): boolean => ITEM.test(line);

export const isTitle = (item: string): boolean => TITLE.test(item);
