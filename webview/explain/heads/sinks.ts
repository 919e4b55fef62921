/** Tokens that heads rest on when they find nothing to look for: the first one and line breaks. No DOM. */
import type { Run } from '../state/run';

/** [tokens]: 1 for a sink. */
export function sinkTokens({ tokens, subject }: Pick<Run, 'tokens' | 'subject'>): Uint8Array {
  return Uint8Array.from(tokens, ({ charStart, charEnd }, token) => {
    const text = subject.text.slice(charStart, charEnd);
    return Number(token === 0 || (text.trim() === '' && /[\n\r]/.test(text)));
  });
}
