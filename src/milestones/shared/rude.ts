/**
 * Which words should no list show to a class? A slip drawn by lot can make one ("shift" without its f), old books and
 * workspaces hold some. They are counted like all others, but are no example and nobody's neighbour on the page.
 */

/** Anywhere in a word. */
const STEMS =
  /shit|fuck|cunt|cock|dick|piss|slut|whore|nigg|porn|penis|wank|twat|bitch|rapist|vagin|dildo|傻逼|傻屄|鸡巴|肏|操你|他妈的|婊子/i;
/** As a word or a part of an identifier; inside other words they are harmless. */
const PARTS = new Set(
  'arse arses ass asses bum cum cums fag fags rape raped tit tits boob boobs coon poo poop sex nazi'.split(' '),
);

export function isRude(word: string): boolean {
  const parts = word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+/gu) ?? [];
  return STEMS.test(word) || parts.some((part) => PARTS.has(part.toLowerCase()));
}

export const isDecent = (word: string): boolean => !isRude(word);
