/** A slip drawn by lot can make a word that no class should be shown ("shift" without its f). It counts, but is no example. */

/** Anywhere in a word. */
const STEMS = /shit|fuck|cunt|cock|dick|piss|slut|whore|nigg|porn|penis|wank|twat|bitch|rapist|vagin|dildo/i;
/** As a word or a part of an identifier; inside other words they are harmless. */
const PARTS = new Set(
  'arse arses ass asses bum cum cums fag fags rape raped tit tits boob boobs coon poo poop sex nazi'.split(' '),
);

export function isRude(word: string): boolean {
  const parts = word.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+/gu) ?? [];
  return STEMS.test(word) || parts.some((part) => PARTS.has(part.toLowerCase()));
}
