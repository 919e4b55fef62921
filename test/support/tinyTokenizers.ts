/** Small vocabularies of our own, as GGUF files in memory. */
import { BufferSource } from '../../src/engine/formats/byteSource';
import { readGguf } from '../../src/engine/formats/gguf';
import type { GgufFile } from '../../src/engine/formats/ggufTypes';
import { BYTE_TO_CHAR } from '../../src/engine/tokenizer/byteAlphabet';
import { TokenType } from '../../src/engine/tokenizer/vocabulary';
import { T, arrayOf, u32, writeGguf, type MetadataValue } from './ggufWriter';

type Metadata = Record<string, MetadataValue>;

/** Merges in the byte alphabet (Ġ is the space), best first. */
export const BPE_MERGES = [
  'h e',
  't he',
  'Ġ the',
  'Ġ Ġ',
  'ĠĠ ĠĠ',
  'i n',
  'in g',
  'e r',
  'o n',
  'r e',
  'Ġ a',
  'a n',
  'an d',
  'Ġa nd',

  'l l',
  "' ll",
  'Ã ©',
  'ä ¸',
  'ä¸ Ń',
  'f u',
  'fu n',
  'c t',
  'fun ct',
  'ct i',
  'funct ion',
  'i on',
  'Ġ funct',
  'Ċ Ċ',
];

/** Ids 0 … 255 are the bytes, then the merges' results, then <|end|> (control, BOS and EOS) and <tool> (user-defined). */
export const BPE_TEXTS: readonly string[] = [
  ...new Set([...BYTE_TO_CHAR, ...BPE_MERGES.map((merge) => merge.replace(' ', ''))]),
  '<|end|>',
  '<tool>',
];

export function bpeFile(overrides: Metadata = {}): GgufFile {
  const types = BPE_TEXTS.map(() => TokenType.Normal);
  types.splice(-2, 2, TokenType.Control, TokenType.UserDefined);
  return fileOf({
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'gpt-2',
    'tokenizer.ggml.tokens': BPE_TEXTS,
    'tokenizer.ggml.token_type': arrayOf(T.I32, types),
    'tokenizer.ggml.merges': BPE_MERGES,
    'tokenizer.ggml.bos_token_id': u32(BPE_TEXTS.length - 2),
    'tokenizer.ggml.eos_token_id': u32(BPE_TEXTS.length - 2),
    ...overrides,
  });
}

const SPM_BYTES = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
const SPM_PIECES = [
  '▁t',
  'he',
  '▁the',
  '▁a',
  '▁▁',
  '▁▁▁▁',
  'in',
  'ing',
  'on',
  'ce',
  '▁O',
  '▁On',
  '▁Once',
  'nc',
  'er',
  'ed',
  '中文',
  '▁',
  'e',
  't',
  'h',
  'a',
  'n',
  'i',
  'g',
  'o',
  'O',
  'c',
  'r',
  'd',
  's',
  '中',
  '文',
  '🙂',
  'é',
  '<',
  '>',
  '/',
];

/** <unk>, <s>, </s>, 256 byte tokens, then pieces that score the higher the earlier they come. */
export const SPM_TEXTS: readonly string[] = ['<unk>', '<s>', '</s>', ...SPM_BYTES, ...SPM_PIECES];

export function spmFile(overrides: Metadata = {}): GgufFile {
  const types = SPM_TEXTS.map((_, id) =>
    id === 0 ? TokenType.Unknown : id < 3 ? TokenType.Control : id < 259 ? TokenType.Byte : TokenType.Normal,
  );
  return fileOf({
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': SPM_TEXTS,
    'tokenizer.ggml.scores': arrayOf(
      T.F32,
      SPM_TEXTS.map((_, id) => (id < 259 ? 0 : 259 - id)),
    ),
    'tokenizer.ggml.token_type': arrayOf(T.I32, types),
    ...overrides,
  });
}

/** A file with this metadata and nothing else, by way of its bytes. */
export const fileOf = (metadata: Metadata): GgufFile =>
  readGguf(new BufferSource(writeGguf({ metadata }), 'tiny.gguf'));
