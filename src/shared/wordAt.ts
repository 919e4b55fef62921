/** The word that a token is a piece of, and the one that another token would have made there. */
import type { PanelToken } from '../protocol/explanation';
import { readableLabel, shortened } from './tokenLabel';

/** Chinese has no blanks between words: there a character stands for itself. */
const WORD = String.raw`[\w$]|(?!\p{Script=Han})[\p{L}\p{M}]`;
const BEFORE = new RegExp(`(?:${WORD})+$`, 'u');
const AFTER = new RegExp(`^(?:${WORD})+`, 'u');
const LONGEST = 40;

/** What an expected token would have written, with the beginning of the word that stands before it. */
export function expectedWord(text: string, at: PanelToken, expected: string): string {
  const goesOn = AFTER.test(expected);
  const before = goesOn ? BEFORE.exec(text.slice(Math.max(0, at.charEnd - LONGEST), at.charEnd)) : null;
  return shown(`${before?.[0] ?? ''}${expected}`);
}

/** The whole word at a token; where it is none, the token itself. */
export function wordAt(text: string, token: PanelToken): string {
  const own = text.slice(token.charStart, token.charEnd);
  const start = token.charStart + (own.length - own.trimStart().length);
  const after = AFTER.exec(text.slice(start, start + LONGEST))?.[0];
  if (!after) return shown(own);
  const before = BEFORE.exec(text.slice(Math.max(0, start - LONGEST), start))?.[0] ?? '';
  return shown(before + after);
}

/** Blanks around a word go without saying; those that are all there is are shown. */
function shown(text: string): string {
  const inner = text.trim();
  return shortened(inner === '' ? readableLabel(text) : inner, LONGEST);
}

/** Line of the document that the token is in, counted as the editor does it. */
export function lineOf(text: string, firstLine: number, token: PanelToken): number {
  const own = text.slice(token.charStart, token.charEnd);
  const start = token.charStart + (own.length - own.trimStart().length);
  return firstLine + (text.slice(0, start).match(/\r\n|\r|\n/g)?.length ?? 0);
}
