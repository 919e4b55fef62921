/** Text ↔ token ids, with the place of every token in the text's UTF-8 bytes. */
export interface Token {
  id: number;
  /** Half-open range of UTF-8 bytes of the encoded text. Tokens that the model adds (BOS) have 0, 0. */
  start: number;
  end: number;
}

export interface Tokenizer {
  readonly kind: 'bpe' | 'spm' | 'wordpiece';
  readonly vocabSize: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  /** Whether the model file asks for a BOS token in front; WordPiece's, for one before and one behind ([CLS] … [SEP]). */
  readonly addBos: boolean;
  /**
   * Tokens of the text; without BOS the ranges tile its UTF-8 bytes exactly. Lone surrogates count as U+FFFD.
   * Special tokens' spellings in the text are plain text.
   */
  encode(text: string, options?: { bos?: boolean }): Token[];
  /** Bytes of the ids as UTF-8; invalid sequences become U+FFFD. Control tokens give nothing. */
  decode(ids: Iterable<number>): string;
  /** The bytes that a token stands for (empty for control tokens). */
  bytesOf(id: number): Uint8Array;
  /** How to show a token to a person when it stands alone: its text, `<0x0A>` style for bytes that are not, `<bos>` style for control. */
  labelOf(id: number): string;
}
