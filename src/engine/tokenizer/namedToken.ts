/** A token by its number and its text; one that stands for no text (end of the text, turns of a chat) by its name. */
import type { Tokenizer } from './tokenizer';

export const namedToken = (
  tokenizer: Pick<Tokenizer, 'decode' | 'labelOf'>,
  id: number,
): { id: number; text: string } => ({ id, text: tokenizer.decode([id]) || tokenizer.labelOf(id) });
