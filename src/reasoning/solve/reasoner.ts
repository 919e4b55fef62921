/** A loaded model as a solver: how it is asked, which tokens end its answer, and text in its tokens. */
import type { GgufFile } from '../../engine/formats/ggufTypes';
import type { LoadedModel } from '../../engine/model/load';
import type { Token } from '../../engine/tokenizer/tokenizer';
import type { Prompt, PromptStyle } from './prompt';

export class Reasoner {
  readonly style: PromptStyle;
  /** Tokens after which nothing follows. */
  readonly stopIds: readonly number[];
  /** Control tokens by their spelling. */
  private readonly controls = new Map<string, number>();
  private readonly controlPattern: RegExp | undefined;

  constructor(
    readonly model: LoadedModel,
    metadata: GgufFile['metadata'],
  ) {
    const { tokenizer } = model;
    const bytes = (id: number): boolean => tokenizer.bytesOf(id).length > 0;
    for (let id = 0; id < tokenizer.vocabSize; id++) if (!bytes(id)) this.controls.set(tokenizer.labelOf(id), id);
    const spellings = [...this.controls.keys()].sort((a, b) => b.length - a.length);
    if (spellings.length > 0) this.controlPattern = new RegExp(`(${spellings.map(escaped).join('|')})`, 'u');
    const ends = ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id'];
    this.stopIds = ends.map((key) => Number(metadata.get(key) ?? -1)).filter((id) => id >= 0);
    const template = metadata.get('tokenizer.chat_template');
    const spelling = (id: number | undefined): string => (id === undefined ? '' : tokenizer.labelOf(id));
    this.style =
      // The key is written by training/export_gguf.py: such a model knows the problem format.
      metadata.has('attention_explainer.tokens_seen')
        ? { kind: 'native' }
        : typeof template === 'string' && template.trim() !== ''
          ? { kind: 'chat', template, bosToken: spelling(tokenizer.bosId), eosToken: spelling(tokenizer.eosId) }
          : { kind: 'few-shot' };
  }

  /** Tokens of a prompt; their ranges are UTF-8 bytes of its text. */
  encodePrompt({ text, bos, special }: Prompt): Token[] {
    const { tokenizer } = this.model;
    const first =
      bos && tokenizer.addBos && tokenizer.bosId !== undefined ? [{ id: tokenizer.bosId, start: 0, end: 0 }] : [];
    if (!special || !this.controlPattern) return [...first, ...tokenizer.encode(text)];
    const tokens: Token[] = [...first];
    let byte = 0;
    for (const piece of text.split(this.controlPattern)) {
      const length = new TextEncoder().encode(piece).length;
      const control = this.controls.get(piece);
      if (control !== undefined) tokens.push({ id: control, start: byte, end: byte + length });
      else
        for (const { id, start, end } of tokenizer.encode(piece))
          tokens.push({ id, start: byte + start, end: byte + end });
      byte += length;
    }
    return tokens;
  }

  /** The ids as text. */
  decode(ids: readonly number[]): string {
    return this.model.tokenizer.decode(ids);
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
