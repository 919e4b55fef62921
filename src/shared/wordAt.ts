/** The word that a token is a piece of, and the one that another token would have made there. */
import type { PanelToken } from '../protocol/explanation';
import { characterLabel, readableLabel, shortened } from './tokenLabel';

const WORD = String.raw`[\w$]|(?!\p{Script=Han})[\p{L}\p{M}]`;
const BEFORE = new RegExp(`(?:${WORD})+$`, 'u');
const AFTER = new RegExp(`^(?:${WORD})+`, 'u');
const SIGNS = /^[^\p{L}\p{M}\p{N}_$\s]+/u;
const [HAN_BEFORE, HAN_AFTER] = [/\p{Script=Han}+$/u, /^\p{Script=Han}+/u];
/** Chinese has no blanks between words: a dictionary tells them. */
const SEGMENTS = new Intl.Segmenter('zh', { granularity: 'word' });
const LONGEST = 40;

/** What an expected token would have written, with the beginning of the word that stands before it. */
export function expectedWord(text: string, at: PanelToken, expected: string): string {
  return shown(`${begunWord(text, at, expected)}${expected}`);
}

/** As much of that word as stood there already: how likely it was, it was after this. '' where the word had not begun. */
export function begunWord(text: string, at: PanelToken, expected: string): string {
  const before = text.slice(Math.max(0, at.charEnd - LONGEST), at.charEnd);
  return AFTER.test(expected) ? (BEFORE.exec(before)?.[0] ?? '') : hanBeginning(before, expected);
}

/** The whole word at a token, with the signs that the token begins with; where it is none, the token itself. */
export function wordAt(text: string, token: PanelToken): string {
  const own = text.slice(token.charStart, token.charEnd);
  const start = token.charStart + (own.length - own.trimStart().length);
  const signs = SIGNS.exec(own.trimStart())?.[0] ?? '';
  const word = start + signs.length;
  if (word >= token.charEnd) return shown(own);
  const before = signs ? '' : text.slice(Math.max(0, start - LONGEST), start);
  const after = AFTER.exec(text.slice(word, word + LONGEST))?.[0];
  if (after) return shown(`${signs}${BEFORE.exec(before)?.[0] ?? ''}${after}`);
  const inner = own.trim();
  return shown(`${hanBeginning(before, inner)}${inner}${hanRest(before + inner, text.slice(token.charEnd))}`);
}

/** What came at a token where `expected` was: signs that both begin with are no difference, so the word behind them is named, too. */
export function cameWord(text: string, token: PanelToken, expected: string): string {
  const came = wordAt(text, token);
  const rest = expected.startsWith(came) && AFTER.exec(text.slice(token.charEnd, token.charEnd + LONGEST))?.[0];
  return rest ? shown(came + rest) : came;
}

/** How much of `after` belongs to the Chinese word that `before` ends in; '' where it ends in none. */
export function hanRest(before: string, after: string): string {
  const begun = HAN_BEFORE.exec(before.slice(-LONGEST))?.[0] ?? '';
  const rest = HAN_AFTER.exec(after.slice(0, LONGEST))?.[0] ?? '';
  if (!begun || !rest) return '';
  const { index, segment } = SEGMENTS.segment(begun + rest).containing(begun.length - 1)!;
  return rest.slice(0, Math.max(0, index + segment.length - begun.length));
}

/** How much of the end of `before` belongs to the Chinese word that `expected` begins in. */
function hanBeginning(before: string, expected: string): string {
  const begun = HAN_BEFORE.exec(before)?.[0] ?? '';
  const rest = HAN_AFTER.exec(expected)?.[0] ?? '';
  if (!begun || !rest) return '';
  return begun.slice(SEGMENTS.segment(begun + rest).containing(begun.length)!.index);
}

/** Blanks around a word go without saying; those that are all there is are shown. */
function shown(text: string): string {
  const inner = text.trim();
  // An accent alone would stand on what is next to it.
  return shortened(inner === '' ? readableLabel(text) : characterLabel(inner), LONGEST);
}

/** Line of the document that the token is in, counted as the editor does it. */
export function lineOf(text: string, firstLine: number, token: PanelToken): number {
  const own = text.slice(token.charStart, token.charEnd);
  const start = token.charStart + (own.length - own.trimStart().length);
  return firstLine + (text.slice(0, start).match(/\r\n|\r|\n/g)?.length ?? 0);
}
