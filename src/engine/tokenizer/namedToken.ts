/** A token by its number and its text; one that stands for no text (end of the text, turns of a chat) or for a part of a character by its name. */
import type { Tokenizer } from './tokenizer';

/** Whether it can be read and said: bytes that are no character are decoded to U+FFFD. */
export const isReadable = (text: string): boolean => text !== '' && !text.includes('\ufffd');

export function namedToken(tokenizer: Pick<Tokenizer, 'decode' | 'labelOf'>, id: number): { id: number; text: string } {
  const text = tokenizer.decode([id]);
  return { id, text: isReadable(text) ? text : tokenizer.labelOf(id) };
}
