/** Which tokens hold the two brackets of a pair. */
import type { PanelToken } from '../../protocol/explanation';

const PARTNER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Pairs of tokens in order of the closing one. Brackets are matched by nesting over the plain text; one that does not
 * fit (as in a string or an unfinished selection) is passed over. Pairs within one token are left out.
 */
export function matchingBrackets(tokens: readonly PanelToken[], text: string): { open: number; close: number }[] {
  const pairs: { open: number; close: number }[] = [];
  const unclosed: { bracket: string; token: number }[] = [];
  tokens.forEach(({ charStart, charEnd }, token) => {
    for (let i = charStart; i < charEnd; i++) {
      const bracket = text[i];
      if (bracket === '(' || bracket === '[' || bracket === '{') {
        unclosed.push({ bracket, token });
      } else if (Object.hasOwn(PARTNER, bracket)) {
        const at = unclosed.findLastIndex((candidate) => candidate.bracket === PARTNER[bracket]);
        if (at < 0) continue;
        const open = unclosed[at].token;
        unclosed.length = at;
        if (open !== token) pairs.push({ open, close: token });
      }
    }
  });
  return pairs;
}
