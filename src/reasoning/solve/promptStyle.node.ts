/** In which of the ways a model is asked: its file says what it was trained on, or has a chat template. */
import type { GgufFile } from '../../engine/formats/ggufTypes';
import type { LoadedModel } from '../../engine/model/load';
import type { PromptStyle } from './prompt';
import { fillWithinLimits } from './templateLimits.node';

/** @param pause awaited often while a template is filled in; may throw to stop */
export async function promptStyle(
  { tokenizer }: LoadedModel,
  metadata: GgufFile['metadata'],
  pause?: () => Promise<void> | void,
): Promise<PromptStyle> {
  // The key is written by training/export_gguf.py: such a model knows the problem format.
  if (metadata.has('attention_explainer.tokens_seen')) return { kind: 'native' };
  const template = metadata.get('tokenizer.chat_template');
  if (typeof template !== 'string' || template.trim() === '') return { kind: 'few-shot' };
  const spelling = (id: number | undefined): string => (id === undefined ? '' : tokenizer.labelOf(id));
  const bosToken = spelling(tokenizer.bosId);
  const filled = await fillWithinLimits({ template, bosToken, eosToken: spelling(tokenizer.eosId) }, pause);
  if (filled === 'beyond') return { kind: 'few-shot', isInstead: true };
  return filled ? { kind: 'chat', filled, bosToken } : { kind: 'few-shot' };
}
