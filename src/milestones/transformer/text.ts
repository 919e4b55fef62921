/**
 * The text that both nets read: the open workspace, or where that is small the words of this history, as symbols: small
 * letters, digits and the signs that code and prose are made of; all else is one symbol.
 */
import { shuffle } from '../../shared/random';
import type { TextsFrom, WorkspaceText } from '../../protocol/milestones';
import { historyTexts } from '../shared/historyTexts';

const SIGNS = 'abcdefghijklmnopqrstuvwxyz0123456789 \n.,;:\'"()[]{}<>=+-*/_!?&|$%';
const OTHER = SIGNS.length;
export const VOCABULARY = OTHER + 1;
const SYMBOL = new Map([...SIGNS].map((sign, at) => [sign, at]));

/** Fewer characters than these teach neither net anything. */
const LEAST = 60_000;
const HELD_OUT = 0.15;

export interface Source {
  from: TextsFrom;
  training: Uint8Array;
  heldOut: Uint8Array;
}

/** Whole files, or paragraphs, are held out; which ones, `random` says. */
export function readText(workspace: readonly WorkspaceText[], random: () => number): Source {
  const files = workspace.map(({ text }) => text);
  const from = files.length > 6 && sizeOf(files) >= LEAST ? 'workspace' : 'history';
  const parts = shuffle(from === 'workspace' ? files : storyParagraphs(), random);
  const wanted = HELD_OUT * sizeOf(parts);
  let kept = 0;
  for (let size = 0; size < wanted; kept++) size += parts[kept].length;
  return { from, heldOut: symbolsOf(parts.slice(0, kept)), training: symbolsOf(parts.slice(kept)) };
}

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

function storyParagraphs(): string[] {
  return historyTexts()
    .flatMap(({ text }) => text.split('\n'))
    .filter((text) => text.length > 20);
}

/** Runs of blanks are one blank: indentation is no riddle. */
export function symbolsOf(texts: readonly string[]): Uint8Array {
  const text = texts
    .join('\n')
    .replace(/[ \t]+/g, ' ')
    .toLowerCase();
  return Uint8Array.from([...text], (sign) => SYMBOL.get(sign) ?? OTHER);
}

/** [count] windows of length + 1 symbols, from anywhere. */
export function drawWindows(symbols: Uint8Array, count: number, length: number, random: () => number): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const from = Math.floor(random() * (symbols.length - length));
    return symbols.subarray(from, from + length + 1);
  });
}
