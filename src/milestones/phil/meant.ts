/** Did you mean: typing errors put into files not learned from, and how many of them the word model mends. */
import type { WorkspaceText } from '../../protocol/milestones';
import { isRude } from '../shared/rude';
import { type Result, EDITS } from './options';
import { isWord, pieces } from './tokens';
import { NearWords, slip } from './typos';
import type { WordModel } from './wordModel';

/** Shorter words are one edit from many others. */
const LEAST_LETTERS = 5;
const EXAMPLES = 8;

export function nearWords(words: WordModel): NearWords {
  const near = new NearWords();
  for (const word of words.words) if (isWord(word) && words.count(word) > 0) near.add(word);
  return near;
}

/** Known words one edit away, the likeliest in this place first. */
export function suggestions(
  words: WordModel,
  near: NearWords,
  typo: string,
  history: readonly number[],
  end: number,
): string[] {
  const likely = new Map(near.near(typo).map((word) => [word, words.after(history, end, words.find(word))]));
  return [...likely.keys()].sort((a, b) => likely.get(b)! - likely.get(a)! || (a < b ? -1 : 1));
}

/** Errors are put into words that the model knows; one that gives another known word cannot be seen, and is drawn anew. */
export function testTypos(
  words: WordModel,
  near: NearWords,
  files: readonly WorkspaceText[],
  count: number,
  random: () => number,
): Pick<Result, 'typos' | 'examples'> {
  const typos = EDITS.map((kind) => ({ kind, asked: 0, found: 0 }));
  const examples: Result['examples'] = [];
  const places = files.flatMap(({ text }) => {
    const all = pieces(text);
    const ids = all.map((piece) => words.id(piece));
    return [...all.keys()]
      .filter((at) => isWord(all[at]) && all[at].length >= LEAST_LETTERS && near.has(all[at]))
      .map((at) => ({ ids, at, word: all[at] }));
  });
  if (places.length === 0) return { typos, examples };
  for (let drawn = 0; drawn < 2 * count && typos.reduce((sum, { asked }) => sum + asked, 0) < count; drawn++) {
    const { ids, at, word } = places[Math.floor(random() * places.length)];
    const score = typos[drawn % typos.length];
    const typo = slip(word, score.kind, random);
    if (typo === word || near.has(typo)) continue;
    const guess = suggestions(words, near, typo, ids, at)[0] ?? '';
    score.asked++;
    if (guess === word) score.found++;
    if (examples.length < EXAMPLES && ![typo, word, guess].some(isRude)) examples.push({ typo, meant: word, guess });
  }
  return { typos, examples };
}
