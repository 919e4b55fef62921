/** A loaded model as a solver: how it is asked, which tokens end its answer, and text in its tokens. */
import { GgufTexts } from '../../engine/formats/ggufTexts';
import type { GgufFile } from '../../engine/formats/ggufTypes';
import type { LoadedModel } from '../../engine/model/load';
import type { Token } from '../../engine/tokenizer/tokenizer';
import { END_OF_GENERATION, endsNothing } from '../../engine/tokenizer/endOfGeneration';
import { utf8Length, wellFormed } from '../../engine/tokenizer/utf8';
import type { Prompt, PromptStyle } from './prompt';

export class Reasoner {
  /** Tokens after which nothing follows. */
  readonly stopIds: readonly number[];
  /** Control tokens by their spelling. */
  private readonly controls = new Map<string, number>();
  private readonly controlPattern: RegExp | undefined;

  constructor(
    readonly model: LoadedModel,
    metadata: GgufFile['metadata'],
    readonly style: PromptStyle = { kind: 'few-shot' },
  ) {
    const { tokenizer } = model;
    const bytes = (id: number): boolean => tokenizer.bytesOf(id).length > 0;
    for (let id = 0; id < tokenizer.vocabSize; id++) if (!bytes(id)) this.controls.set(tokenizer.labelOf(id), id);
    const spellings = [...this.controls.keys()].sort((a, b) => b.length - a.length);
    if (spellings.length > 0) this.controlPattern = new RegExp(spellings.map(escaped).join('|'), 'gu');
    const ends = ['tokenizer.ggml.eos_token_id', 'tokenizer.ggml.eot_token_id', 'tokenizer.ggml.eom_token_id'];
    const named = ends.map((key) => Number(metadata.get(key) ?? -1));
    const texts = metadata.get('tokenizer.ggml.tokens');
    const idOf = new Map<string, number>();
    for (let id = 0; id < tokenizer.vocabSize; id++) {
      const text = texts instanceof GgufTexts ? texts.at(id) : tokenizer.labelOf(id);
      if (END_OF_TURN.has(text)) idOf.set(text, id);
    }
    const all = [...named, tokenizer.eosId ?? -1, ...[...idOf.values()].filter((id) => !bytes(id))];
    const not = endsNothing((spelling) => idOf.has(spelling)).map((spelling) => idOf.get(spelling));
    this.stopIds = [...new Set(all)].filter((id) => id >= 0 && id < tokenizer.vocabSize && !not.includes(id));
  }

  /**
   * Tokens of a prompt; their ranges are UTF-8 bytes of its text. As llama.cpp with parse_special for the template and
   * without it for the person's text: what they write is never a control token.
   */
  encodePrompt(prompt: Prompt): Token[] {
    const { tokenizer } = this.model;
    const { bos, template } = prompt;
    const text = wellFormed(prompt.text);
    const tokens: Token[] =
      bos && tokenizer.addBos && tokenizer.bosId !== undefined ? [{ id: tokenizer.bosId, start: 0, end: 0 }] : [];
    // Text between control tokens stays whole: the template's words and the person's may share a token.
    let [at, byte] = [0, 0];
    const takeUpTo = (place: number, control?: number): void => {
      const piece = text.slice(at, place);
      const own = control === undefined ? tokenizer.encode(piece) : [{ id: control, start: 0, end: utf8Length(piece) }];
      for (const { id, start, end } of own) tokens.push({ id, start: byte + start, end: byte + end });
      byte += utf8Length(piece);
      at = place;
    };
    for (const range of template) {
      for (const match of text.slice(range.start, range.end).matchAll(this.controlPattern ?? NOTHING)) {
        const place = range.start + match.index;
        takeUpTo(place);
        takeUpTo(place + match[0].length, this.controls.get(match[0]));
      }
    }
    takeUpTo(text.length);
    return tokens;
  }

  /** The ids as text. */
  decode(ids: readonly number[]): string {
    return this.model.tokenizer.decode(ids);
  }
}

/** Control tokens that end a turn by their spelling: those that llama.cpp knows, and other families' own. */
const END_OF_TURN = new Set([...END_OF_GENERATION, '<|end_of_turn|>', '<|END_OF_TURN_TOKEN|>', '<|eos|>']);

const NOTHING = /(?!)/g;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
