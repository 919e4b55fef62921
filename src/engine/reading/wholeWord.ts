/** Which word was expected? A token may be its beginning only: the likeliest tokens go on until the word ends. */
import { Problem } from '../../protocol/problem';
import { forward } from '../model/forward';
import type { LoadedModel } from '../model/load';
import { logitsAt, topIds } from '../model/logits';
import type { Trace } from '../trace/trace';
import { logSumExp } from '../../shared/softmax';
import { hanRest } from '../../shared/wordAt';
import { prefixOf } from './continuation';

/** No word of a text has more tokens. */
export const WORD_TOKENS = 8;
/** A piece that is less likely than this is not expected: the word is left open there. */
const EXPECTED = 0.5;
const OF_WORD = /^[\p{L}\p{M}\p{N}_$]+/u;

/**
 * Text and probability (the product) of the word that `first` begins after the token at `position`, as far as each piece is
 * likelier than not: behind it stands “…” where the word would go on. Of a model larger than memory, `first` alone. Throws
 * as forward does.
 */
export async function wholeWord(
  model: LoadedModel,
  trace: Trace,
  position: number,
  first: { id: number; text: string; probability: number },
): Promise<{ text: string; probability: number }> {
  let { text, probability } = first;
  if (!/[\p{L}\p{N}_$]$/u.test(text)) return { text, probability };
  // Each further piece would read all of such a model anew, and nobody has asked for that.
  if (model.weights.bytesPerPass !== undefined) return { text, probability };
  const han = /\p{Script=Han}$/u.test(text);
  const before = han ? model.tokenizer.decode(trace.ids.slice(Math.max(0, position - WORD_TOKENS), position + 1)) : '';
  const longer = prefixOf(model, trace, position + 1, WORD_TOKENS);
  try {
    for (let next = first.id, made = 1; made < WORD_TOKENS; made++) {
      try {
        await forward(model, longer, [next]);
      } catch (thrown) {
        // A patch of this run has nothing to put behind the text.
        if (thrown instanceof Problem && thrown.code === 'edit-invalid') return { text: `${text}…`, probability };
        throw thrown;
      }
      const logits = await logitsAt(model, longer, longer.ids.length - 1);
      [next] = topIds(logits, 1);
      const piece = model.tokenizer.decode([next]);
      const goesOn = han ? hanRest(before + text, piece) : (OF_WORD.exec(piece)?.[0] ?? '');
      if (goesOn === '') break;
      const likely = Math.exp(logits[next] - logSumExp(logits));
      if (likely < EXPECTED) return { text: `${text}…`, probability };
      text += goesOn;
      probability *= likely;
      if (goesOn !== piece) break;
    }
    return { text, probability };
  } finally {
    longer.release();
  }
}
