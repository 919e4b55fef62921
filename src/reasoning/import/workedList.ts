/** Tells a list of steps from the list of what is given in a problem. */
import { findEquations } from '../arithmetic/equations';
import { isItem } from './item';

/** What asks without a question mark. */
const REQUEST =
  /^[ \t]*(?:(?:please|now|then)\s+)?(?:find|calculate|compute|determine|work out|solve|prove|show that|how many|how much)\b|^[ \t]*(?:请|求|试求|计算|问|证明)|多少/i;

/**
 * Whether a text is a numbered list that reasons. A problem asks; so where a text asks, only what comes after its last
 * question counts, and this must come to something: a sum, or items that call themselves steps.
 */
export function isWorkedList(text: string): boolean {
  const lines = text.split('\n');
  if (lines.filter(isItem).length < 2) return false;
  const asked = lines.findLastIndex(asks);
  if (asked < 0) return true;
  const after = lines.slice(asked + 1).filter(isItem);
  return after.some(
    (item) => /^\W*(?:step|schritt|étape|paso|第.+步|步骤)/iu.test(item) || findEquations(item).length > 0,
  );
}

/** Whether its last line asks for something, with or without a question mark. */
export const asksFor = (text: string): boolean => REQUEST.test(text.slice(text.trimEnd().lastIndexOf('\n') + 1));

/** Where the reader is to write what it comes to: an exercise. */
const BLANK = /[=＝]\s*(?:_+|…|\.{3,}|□|[(（]\s*[)）])\s*[.。;；]?\s*$/;

/** "What is left? 8 - 2 = 6" asks nothing of the reader, nor does an item "Find the rest: 8 - 2 = 6". */
function asks(line: string): boolean {
  if (/[?？][\s"'”’)）*]*$/.test(line) || BLANK.test(line)) return true;
  const isQuestion = /[?？]/.test(line) || (!isItem(line) && REQUEST.test(line));
  return isQuestion && findEquations(line).length === 0;
}
