/** The tokenizer that a GGUF file describes in its tokenizer.ggml.* metadata. */
import {
  booleanOf,
  integerOf,
  invalidMetadata,
  numbersOf,
  required,
  stringOf,
  textCountOf,
  textsOf,
} from '../formats/metadata';
import type { GgufFile } from '../formats/ggufTypes';
import { Problem } from '../../protocol/problem';
import { BpeTokenizer } from './bpe';
import { END_OF_GENERATION } from './endOfGeneration';
import { pretokenizer, PRETOKENIZER_NAMES, type Pretokenizer } from './pretokenizers';
import { SpmTokenizer } from './spm';
import type { Tokenizer } from './tokenizer';
import { TokenType, type Vocabulary } from './vocabulary';
import { WordPieceTokenizer } from './wordPiece';

const KEY = 'tokenizer.ggml.';

/**
 * How many tokens there are, from a header whose long lists were skipped. Throws Problem 'model-unsupported' for another kind
 * of tokenizer, 'model-invalid' where there is none.
 */
export function vocabularySize(file: GgufFile): number {
  if (kindOf(file) === 'gpt2') pretokenizerOf(file);
  return required(file, `${KEY}tokens`, textCountOf(file, `${KEY}tokens`));
}

/**
 * `ends`: whether the file's EOS stands behind a text where the file wants it, as with encoders; a text that is to go on has none.
 * Throws Problem 'model-invalid' (a list is missing or wrong) or 'model-unsupported' (another kind of tokenizer).
 */
export function tokenizerFromGguf(file: GgufFile, ends = false): Tokenizer {
  switch (kindOf(file)) {
    case 'gpt2':
      return bpeFromGguf(file, ends);
    case 'llama':
      return spmFromGguf(file, ends);
    case 'gemma4':
      return rankedFromGguf(file, ends);
    case 'bert':
      return wordPieceFromGguf(file);
  }
}

function kindOf(file: GgufFile): 'gpt2' | 'llama' | 'gemma4' | 'bert' {
  const model = required(file, `${KEY}model`, stringOf(file, `${KEY}model`));
  if (model === 'gpt2' || model === 'llama' || model === 'gemma4' || model === 'bert') return model;
  throw unsupported(file, `tokenizer '${model}'`, [
    'gpt2 (byte-level BPE)',
    'llama (SentencePiece BPE)',
    'gemma4 (the same, merged by rank)',
    'bert (WordPiece)',
  ]);
}

function pretokenizerOf(file: GgufFile): Pretokenizer {
  const name = stringOf(file, `${KEY}pre`) ?? 'default';
  const pre = pretokenizer(name);
  if (!pre) throw unsupported(file, `pre-tokenizer '${name}'`, [...PRETOKENIZER_NAMES]);
  return pre;
}

function bpeFromGguf(file: GgufFile, ends: boolean): Tokenizer {
  const pre = pretokenizerOf(file);
  const { vocabulary, idOf } = vocabularyOf(file, { addBos: pre.addBos, ends });
  const key = `${KEY}merges`;
  const merges = Array.from(required(file, key, textsOf(file, key)), (merge, rank): [string, string] => {
    const space = merge.indexOf(' ', 1);
    if (space < 0) throw invalidMetadata(file, key, `has an item that is no pair: ${rank}, '${merge.slice(0, 40)}'`);
    return [merge.slice(0, space), merge.slice(space + 1)];
  });
  return new BpeTokenizer(vocabulary, idOf, merges, pre);
}

function spmFromGguf(file: GgufFile, ends: boolean): Tokenizer {
  const { vocabulary } = vocabularyOf(file, { addBos: true, bosId: 1, eosId: 2, unknownId: 0, ends });
  const key = `${KEY}scores`;
  const scores = required(file, key, numbersOf(file, key));
  checkLength(file, key, scores, vocabulary);
  const nan = Array.prototype.findIndex.call(scores, (score) => Number.isNaN(score));
  if (nan >= 0) throw invalidMetadata(file, key, `has no score for token ${nan}`);
  checkByteTokens(file, vocabulary);
  return new SpmTokenizer(vocabulary, { scores }, booleanOf(file, `${KEY}add_space_prefix`) ?? true);
}

/** Gemma 4's: texts as SentencePiece writes them, merged by rank. llama.cpp puts BOS before them, whatever the file says. */
function rankedFromGguf(file: GgufFile, ends: boolean): Tokenizer {
  const { vocabulary } = vocabularyOf(file, { addBos: true, ends });
  checkByteTokens(file, vocabulary);
  const key = `${KEY}merges`;
  const ranks = new Map<string, number>();
  for (const merge of required(file, key, textsOf(file, key))) if (!ranks.has(merge)) ranks.set(merge, ranks.size);
  return new SpmTokenizer({ ...vocabulary, addBos: vocabulary.bosId !== undefined }, { ranks }, false);
}

function checkByteTokens(file: GgufFile, { texts, types }: Vocabulary): void {
  texts.forEach((text, id) => {
    if (types[id] !== TokenType.Byte || BYTE_TOKEN.test(text)) return;
    throw invalidMetadata(file, `${KEY}tokens`, `has a byte token that names no byte: ${id}, '${text.slice(0, 40)}'`);
  });
}

/** Ids that llama.cpp takes for [CLS], [SEP] and [UNK] where the file names none. */
const [CLS, SEP, UNK] = [101, 102, 100];

function wordPieceFromGguf(file: GgufFile): Tokenizer {
  const { vocabulary } = vocabularyOf(file, { addBos: true, bosId: CLS, unknownId: UNK });
  const lowercase = booleanOf(file, `${KEY}normalizer.lowercase`) ?? true;
  const stripAccents = booleanOf(file, `${KEY}normalizer.strip_accents`) ?? lowercase;
  // The key's spelling is llama.cpp's, which puts [CLS] and [SEP] around every text, whatever else the file says.
  const endId = integerOf(file, `${KEY}seperator_token_id`, 0, vocabulary.texts.length - 1) ?? SEP;
  return new WordPieceTokenizer({ ...vocabulary, addBos: true, endId }, { lowercase, stripAccents });
}

const BYTE_TOKEN = /^<0x[0-9A-Fa-f]{2}>$/;

/** What a kind of tokenizer takes where the file says nothing. */
interface Defaults {
  addBos: boolean;
  bosId?: number;
  eosId?: number;
  unknownId?: number;
  ends?: boolean;
}

function vocabularyOf(
  file: GgufFile,
  defaults: Defaults,
): { vocabulary: Vocabulary; idOf: ReadonlyMap<string, number> } {
  const key = `${KEY}tokens`;
  const texts = [...required(file, key, textsOf(file, key))];
  if (texts.length === 0) throw invalidMetadata(file, key, 'is empty');
  const idOf = new Map<string, number>();
  texts.forEach((text, id) => {
    if (text === '') return;
    const other = idOf.get(text);
    if (other !== undefined) {
      throw invalidMetadata(file, key, `has the token '${text.slice(0, 40)}' twice: ${other} and ${id}`);
    }
    idOf.set(text, id);
  });

  const types: ArrayLike<TokenType> =
    numbersOf(file, `${KEY}token_type`) ?? new Uint8Array(texts.length).fill(TokenType.Normal);
  const eosId = specialId('eos', defaults.eosId);
  const vocabulary: Vocabulary = {
    texts,
    types: Int32Array.from(types, (type, id) => typeOf(texts[id], type, (text) => idOf.has(text))),
    bosId: specialId('bos', defaults.bosId),
    eosId,
    ...(defaults.ends && booleanOf(file, `${KEY}add_eos_token`) && { endId: eosId }),
    unknownId: specialId('unknown', defaults.unknownId),
    addBos: booleanOf(file, `${KEY}add_bos_token`) ?? defaults.addBos,
    userDefinedTakesSpaces: /phi-?3/i.test(stringOf(file, 'general.name') ?? ''), // as llama.cpp decides it
  };
  checkLength(file, `${KEY}token_type`, types, vocabulary);
  if (vocabulary.addBos && vocabulary.bosId === undefined) {
    throw invalidMetadata(file, `${KEY}bos_token_id`, 'is missing, though the file wants that token in front');
  }
  return { vocabulary, idOf };

  /** Some files write −1 or 2^32 − 1 for "none"; like llama.cpp, take what lies outside the vocabulary for that. */
  function specialId(which: string, otherwise: number | undefined): number | undefined {
    const inVocabulary = (id: number | undefined): id is number => id !== undefined && id >= 0 && id < texts.length;
    const id = integerOf(file, `${KEY}${which}_token_id`, -1, 2 ** 32 - 1);
    return [id, otherwise].find(inVocabulary);
  }
}

/**
 * Tokens that llama.cpp takes for control tokens, whatever the file says, because some converters got them wrong: ends of
 * generation, and the marks of filling in (llama-vocab.cpp, special_eog_ids, special_fim_*).
 */
const CONTROL_TEXTS: ReadonlySet<string> = new Set([
  ...END_OF_GENERATION,
  '<|fim_prefix|>',
  '<fim-prefix>',
  '<fim_prefix>',
  '<｜fim▁begin｜>',
  '<PRE>',
  '▁<PRE>',
  '<|code_prefix|>',
  '<|prefix|>',
  '<|fim_suffix|>',
  '<fim-suffix>',
  '<fim_suffix>',
  '<｜fim▁hole｜>',
  '<SUF>',
  '▁<SUF>',
  '<|code_suffix|>',
  '<|suffix|>',
  '<|fim_middle|>',
  '<fim-middle>',
  '<fim_middle>',
  '<｜fim▁end｜>',
  '<MID>',
  '▁<MID>',
  '<|code_middle|>',
  '<|middle|>',
]);

/** Of gpt-oss' channels: always in texts, too. */
const USER_DEFINED_TEXTS: ReadonlySet<string> = new Set(['<|channel|>', '<|message|>', '<|start|>', '<|constrain|>']);

/** A token's type as llama.cpp corrects it. */
function typeOf(text: string, type: TokenType, has: (text: string) => boolean): TokenType {
  if (text === '</s>' && has('<|tool_response>')) return TokenType.Normal; // Gemma 4 writes HTML
  if (CONTROL_TEXTS.has(text)) return TokenType.Control;
  return USER_DEFINED_TEXTS.has(text) ? TokenType.UserDefined : type;
}

/** As llama.cpp: a list may be longer than the vocabulary, for tokens that were cut off, but not shorter. */
function checkLength(file: GgufFile, key: string, list: ArrayLike<unknown>, { texts }: Vocabulary): void {
  if (list.length >= texts.length) return;
  throw invalidMetadata(file, key, `has ${list.length} items for ${texts.length} tokens`);
}

function unsupported(file: GgufFile, subject: string, supported: string[]): Problem {
  const name = file.source.name;
  const message = `${name} has a ${subject} that is not supported; supported: ${supported.join(', ')}`;
  return new Problem('model-unsupported', message, { file: name, subject, supported });
}
