/** In which of the ways a model is asked: its file says what it was trained on, or has a chat template. */
import type { GgufFile } from '../../engine/formats/ggufTypes';
import type { LoadedModel } from '../../engine/model/load';
import type { PromptStyle } from './prompt';
import { fillWithinLimits } from './templateLimits.node';

/**
 * A chat model with fewer parameters hardly takes up an instruction, and takes up what it sees: SmolLM2 135M solves three times
 * as many problems with worked examples (bench/LOG.md). Larger ones need none, and think in their own way without.
 */
const SMALL = 500e6;
/** The examples take some 300 tokens of it. */
const ROOMY = 2048;

/** @param pause awaited often while a template is filled in; may throw to stop */
export async function promptStyle(
  { tokenizer, card, config }: LoadedModel,
  metadata: GgufFile['metadata'],
  pause?: () => Promise<void> | void,
): Promise<PromptStyle> {
  // The key is written by training/export_gguf.py: such a model knows the problem format.
  if (metadata.has('attention_explainer.tokens_seen')) return { kind: 'native' };
  const template = metadata.get('tokenizer.chat_template');
  if (typeof template !== 'string' || template.trim() === '') return { kind: 'few-shot' };
  const spelling = (id: number | undefined): string => (id === undefined ? '' : tokenizer.labelOf(id));
  const bosToken = spelling(tokenizer.bosId);
  const asked = { template, bosToken, eosToken: spelling(tokenizer.eosId) };
  if (card.parameters < SMALL && config.context >= ROOMY) {
    const filled = await fillWithinLimits({ ...asked, withExamples: true }, pause);
    // A template may refuse turns that it takes for somebody else's.
    if (filled !== null && filled !== 'beyond') return { kind: 'chat', filled, bosToken, withExamples: true };
  }
  const filled = await fillWithinLimits(asked, pause);
  if (filled === 'beyond') return { kind: 'few-shot', isInstead: true };
  return filled ? { kind: 'chat', filled, bosToken, withExamples: false } : { kind: 'few-shot' };
}
