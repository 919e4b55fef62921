/** How do words that are written from right to left stand in a sentence without taking the digits and signs behind them along? */

/** Blocks of letters that run from right to left: Hebrew and Arabic to Arabic Extended-A, their presentation forms, ancient and African scripts. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode’s UAX 9), which hovers and readers know too; other words stay as they are. */
export const isolated = (words: string): string => (RIGHT_TO_LEFT.test(words) ? `\u2068${words}\u2069` : words);
