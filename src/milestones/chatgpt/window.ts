/** What of a conversation is out of the model's sight? Counted by its own tokenizer, turn by turn. */
import type { Token } from '../../engine/tokenizer/tokenizer';
import type { InSight } from './options';

/** Tokens on either side of the edge whose text is shown. */
const SHOWN = 40;

interface Reader {
  encode(text: string, options?: { bos?: boolean }): Token[];
}

/**
 * @param turns what was said, the first first; at least one
 * @param window tokens that the model reads at most, those that it adds itself among them
 */
export function inSight(tokenizer: Reader, turns: readonly string[], window: number): InSight {
  const all = tokenizer.encode(turns.join(''), { bos: true });
  const bytes = new TextEncoder().encode(turns.join(''));
  const read = all.filter(({ end }) => end > 0);
  const room = Math.max(0, window - (all.length - read.length));
  let end = 0;
  let at = 0;
  // A token that reaches into the next turn is that one's.
  const totals = turns.map((turn) => {
    end += new TextEncoder().encode(turn).length;
    while (at < read.length && read[at].end <= end) at++;
    return at;
  });
  const out = Math.max(0, read.length - room);
  const text = (from: number, to: number): string =>
    from >= to ? '' : new TextDecoder().decode(bytes.slice(read[from].start, read[to - 1].end));
  const gone = totals.findIndex((total) => total - room >= totals[0]);
  return {
    window,
    room,
    totals,
    gone: gone < 0 ? null : gone,
    edge: { out: text(Math.max(0, out - SHOWN), out), in: text(out, Math.min(read.length, out + SHOWN)) },
  };
}
