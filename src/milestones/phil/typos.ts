/** Did you mean …? Words one edit away, found by what is left when a letter is taken out (Garbe 2012, "SymSpell"). */

import type { EditKind } from './options';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** One slip at a random place. May give the word back (a letter swapped with its twin). */
export function slip(word: string, kind: EditKind, random: () => number): string {
  const letter = LETTERS[Math.floor(random() * LETTERS.length)];
  const at = Math.floor(random() * (kind === 'swapped' ? word.length - 1 : word.length));
  switch (kind) {
    case 'left out':
      return word.slice(0, at) + word.slice(at + 1);
    case 'put in':
      return word.slice(0, at) + letter + word.slice(at);
    case 'replaced':
      return word.slice(0, at) + letter + word.slice(at + 1);
    case 'swapped':
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  }
}

/** Edits between two words, at most two told apart: 0, 1, or 2 for "two or more" (optimal string alignment). */
export function distance(a: string, b: string): 0 | 1 | 2 {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > 1) return 2;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [enda, endb] = [a.length, b.length];
  while (enda > start && endb > start && a[enda - 1] === b[endb - 1]) [enda, endb] = [enda - 1, endb - 1];
  const [restA, restB] = [a.slice(start, enda), b.slice(start, endb)];
  if (restA.length <= 1 && restB.length <= 1) return 1;
  if (restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]) return 1;
  return 2;
}

export class NearWords {
  private readonly left = new Map<string, string[]>();
  private readonly words = new Set<string>();

  add(word: string): void {
    if (this.words.has(word)) return;
    this.words.add(word);
    for (const shorter of deletions(word)) {
      const same = this.left.get(shorter);
      if (same) same.push(word);
      else this.left.set(shorter, [word]);
    }
  }

  has(word: string): boolean {
    return this.words.has(word);
  }

  /** All known words one edit away, the word itself not among them. */
  near(word: string): string[] {
    const found = new Set<string>();
    for (const shorter of deletions(word)) for (const each of this.left.get(shorter) ?? []) found.add(each);
    return [...found].filter((each) => distance(each, word) === 1);
  }
}

/** The word, and the word with any one letter out. */
function deletions(word: string): Set<string> {
  const all = new Set([word]);
  for (let at = 0; at < word.length; at++) all.add(word.slice(0, at) + word.slice(at + 1));
  return all;
}
