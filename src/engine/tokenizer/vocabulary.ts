/** The tokens of a model: their texts, kinds and the special ones. */

/** As in GGUF's tokenizer.ggml.token_type (llama.h, llama_token_type). */
export enum TokenType {
  Undefined = 0,
  Normal = 1,
  Unknown = 2,
  Control = 3,
  UserDefined = 4,
  Unused = 5,
  Byte = 6,
}

export interface Vocabulary {
  /** texts[id], written as the tokenizer writes them (byte alphabet, U+2581 for spaces). */
  readonly texts: readonly string[];
  readonly types: ArrayLike<TokenType>;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly unknownId: number | undefined;
  readonly addBos: boolean;
  /** Stands behind every text as BOS stands before it ([SEP] of encoders); undefined: nothing does. */
  readonly endId?: number;
  /** Spaces after a user-defined token belong to it (Phi-3). */
  readonly userDefinedTakesSpaces: boolean;
}
