/** The known rule that stands in for people: what its preferences are learned from, and what everything is measured by. */

const WORD = /[\p{L}\p{N}’']+/gu;
/** Words that it likes best, and how far from that it minds. */
const LIKED = 10;
const ROOM = 5;
/** Letters of a plain word, at most. */
const PLAIN = 6;

/** Neither short nor long, no word twice, plain words: not linear in length, the most at ten words. */
export function ruleScore(text: string): number {
  const words = text.toLowerCase().match(WORD) ?? [];
  if (words.length === 0) return -4;
  const fit = -Math.min(4, ((words.length - LIKED) / ROOM) ** 2);
  const distinct = new Set(words).size / words.length;
  const plain = words.filter((word) => word.length <= PLAIN).length / words.length;
  return fit + 2 * distinct + 2 * plain;
}
