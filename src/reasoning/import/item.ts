/** What begins a step of a written list. */

/** "1. ", "(2) ", "③", "Step 4:", "第五步", also as a Markdown heading, as a point of a list, or in bold. */
const ITEM =
  /^[ \t]*(?:#{1,6}[ \t]+)?(?:[-*+•][ \t]+)?(?:\*\*|__)?(?:(?:step|schritt|étape|paso)\s*\d+(?!\d)|第\s*[\d一二三四五六七八九十]+\s*步|步骤\s*\d+(?!\d)|[①-⑳]|\(?\d{1,3}[.)、．](?=\D))/iu;
/** An item that is only a title: what it is about stands below it, in Markdown after an empty line. */
const TITLE = /^#[^\n]*$|^[^\n]*(?:[:：]|\*\*|__)$/;

export const isItem = (line: string): boolean => ITEM.test(line);

export const isTitle = (item: string): boolean => TITLE.test(item);
