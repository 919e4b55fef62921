/** Is what was expected another word than what came, to whoever reads the text? If not, a sentence that sets one against the other says nothing. */

/** Two words that differ by so many letters at the end differ by grammar. */
const ENDING = 2;

/**
 * Whether `word`, expected behind `before`, is that with which the text goes on: `Value` behind `return` where ` returnValue` stands;
 * and `cycles` where `cycle` stands, which is grammar, whatever carried it.
 */
export function isSameWord(before: string, word: string, after: string): boolean {
  const begun = /[\p{L}\p{N}_$]*$/u.exec(before)![0];
  const came = /^\s*[\p{L}\p{N}_$]*/u.exec(after)![0];
  const whole = (text: string): string => (/^\s/.test(text) ? text.trim() : begun + text);
  if (whole(word) === whole(came)) return true;
  const [short, long] = word.length < came.length ? [word, came] : [came, word];
  return whole(short).length > ENDING && long.startsWith(short) && long.length - short.length <= ENDING;
}

/**
 * Of two tokens behind `before`: a blank or a line break beside a sign makes no other sign; and that a name ends here, where it goes
 * on, is told of no whole word.
 */
export function isNoOther(before: string, expected: string, came: string): boolean {
  const beginsWord = (text: string): boolean => /^[\p{L}\p{N}_]/u.test(text);
  const endsName = /[\p{L}\p{N}_]$/u.test(before) && beginsWord(came) && !beginsWord(expected);
  return endsName || (expected.trim() !== '' && expected.trim() === came.trim());
}
