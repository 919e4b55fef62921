/** Which tokens hold the two brackets of a pair, and which pair is around it. */
import type { PanelToken } from '../../protocol/explanation';

export interface BracketPair {
  /** Tokens. */
  open: number;
  close: number;
}

const PARTNER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/**
 * Pairs of tokens in order of the closing one. Brackets are matched by nesting over the plain text; one that does not
 * fit (as in a string or an unfinished selection) is passed over. Pairs within one token are left out.
 */
export function matchingBrackets(tokens: readonly PanelToken[], text: string): BracketPair[] {
  const pairs: BracketPair[] = [];
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

/** The next pair around each one that has any. `pairs`: in order of the closing token. */
export function enclosing(pairs: readonly BracketPair[]): Map<BracketPair, BracketPair> {
  const found = new Map<BracketPair, BracketPair>();
  // A pair closes after all within it: those that no pair is around yet, innermost last.
  const loose: BracketPair[] = [];
  for (const pair of pairs) {
    while (loose.length > 0 && loose.at(-1)!.open >= pair.open) found.set(loose.pop()!, pair);
    loose.push(pair);
  }
  return found;
}
