/** How tokens stand in a sentence: as chips that show where they begin and end, not in quotes. */
import { h } from '../shared/dom';

/** A token’s label as words quote it (words.ts), also one with an apostrophe in it. */
const QUOTED = /‘(.+?)’(?![\p{L}\p{N}])/gsu;

/** Puts words into an element. The quotes stay for who listens to them or copies them. */
export function setWords(element: Element, words: string): void {
  if (element.textContent !== words) element.replaceChildren(...worded(words));
}

/** The same as nodes. */
export const worded = (words: string): (string | Node)[] =>
  words.split(QUOTED).map((piece, i) => (i % 2 === 0 ? piece : chip(piece)));

const quote = (sign: string): HTMLElement => h('span', { class: 'only-read-out' }, sign);
const chip = (label: string): HTMLElement => h('b', { class: 'word' }, quote('‘'), label, quote('’'));
