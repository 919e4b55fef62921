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
  // How many of each kind are unclosed: where there is none, none is looked for.
  const open: Record<string, number> = { '(': 0, '[': 0, '{': 0 };
  tokens.forEach(({ charStart, charEnd }, token) => {
    for (let i = charStart; i < charEnd; i++) {
      const bracket = text[i];
      if (bracket === '(' || bracket === '[' || bracket === '{') {
        unclosed.push({ bracket, token });
        open[bracket]++;
      } else if (Object.hasOwn(PARTNER, bracket) && open[PARTNER[bracket]] > 0) {
        let opened = unclosed.pop()!;
        for (; opened.bracket !== PARTNER[bracket]; opened = unclosed.pop()!) open[opened.bracket]--;
        open[opened.bracket]--;
        if (opened.token !== token) pairs.push({ open: opened.token, close: token });
      }
    }
  });
  return pairs;
}
