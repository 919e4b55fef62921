/** Lays the tokens of a server's log-probabilities on the text that they spell. */
import type { TextRange } from '../../protocol/reasoning';

export interface SpelledToken {
  /** UTF-8; a token may hold a part of a character. */
  bytes: Uint8Array;
  /** Natural; NaN: not known, the token only takes its place. */
  logprob: number;
}

/** Less than this of the tokens found in the text, and less than this of the text covered: they are those of another. */
const LEAST_FOUND = 0.9;

/**
 * UTF-16 ranges in order. Tokens that are not in the text (tags of a thought, which servers cut out; the line ends around
 * them) are left out; tokens that share a character become one. Empty where they do not spell the text.
 * @param starts UTF-16 places where the first token may lie
 */
export function layLogprobs(
  text: string,
  tokens: readonly SpelledToken[],
  starts: readonly number[],
): (TextRange & { logprob: number })[] {
  const bytes = new TextEncoder().encode(text);
  const all = tokens.reduce((sum, token) => sum + token.bytes.length, 0);
  for (const start of starts) {
    const from = new TextEncoder().encode(text.slice(0, start)).length;
    const { placed, found } = place(bytes, tokens, from);
    const covered = placed.reduce((sum, token) => sum + token.to - token.from, 0);
    const enough = found >= LEAST_FOUND * all || covered >= LEAST_FOUND * (bytes.length - from);
    if (placed.length > 0 && enough) return inCharacters(text, placed);
  }
  return [];
}

interface Placed {
  from: number;
  to: number;
  logprob: number;
}

function place(bytes: Uint8Array, tokens: readonly SpelledToken[], start: number): { placed: Placed[]; found: number } {
  const placed: Placed[] = [];
  let at = start;
  let found = 0;
  /** Behind the white space at `at`: many tokens may be looked for at the same place. */
  let behind = { at: -1, end: -1 };
  for (const token of tokens) {
    let own = token.bytes;
    let from = at;
    if (!isAt(bytes, own, from)) {
      own = own.subarray(spaces(own, 0));
      if (behind.at !== at) behind = { at, end: at + spaces(bytes, at) };
      from = behind.end;
    }
    // White space that the text has not is not missed.
    if (own.length === 0) found += token.bytes.length;
    if (own.length === 0 || !isAt(bytes, own, from)) continue;
    found += token.bytes.length;
    at = Math.min(bytes.length, from + own.length);
    placed.push({ from, to: at, logprob: token.logprob });
  }
  return { placed, found };
}

/** The text may end within a token: servers cut white space off. */
function isAt(bytes: Uint8Array, own: Uint8Array, at: number): boolean {
  return at < bytes.length && own.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte);
}

function spaces(bytes: Uint8Array, from: number): number {
  let to = from;
  while (to < bytes.length && (bytes[to] === 32 || (bytes[to] >= 9 && bytes[to] <= 13))) to++;
  return to - from;
}

function inCharacters(text: string, placed: readonly Placed[]): (TextRange & { logprob: number })[] {
  const laid: (TextRange & { logprob: number })[] = [];
  let [char, byte] = [0, 0];
  /** null: within a character. */
  const charAt = (target: number): number | null => {
    while (byte < target) {
      const code = text.codePointAt(char)!;
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      char += code > 0xffff ? 2 : 1;
    }
    return byte === target ? char : null;
  };
  let start: number | null = null;
  let sum = 0;
  for (const { from, to, logprob } of placed) {
    start ??= charAt(from);
    sum += logprob;
    const end = charAt(to);
    if (end === null) continue;
    if (start !== null && end > start && !Number.isNaN(sum)) laid.push({ start, end, logprob: sum });
    start = null;
    sum = 0;
  }
  return laid;
}
