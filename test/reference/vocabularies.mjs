/** Small vocabularies: byte-level BPE with learned merges, and SentencePiece with byte fallback. */
import { project } from './support.mjs';
import { texts } from './texts.mjs';

const { arrayOf, T, u32 } = project;
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;

/** GPT-2's printable stand-ins for the 256 bytes (openai/gpt-2, encoder.py, bytes_to_unicode). */
const STAND_INS = (() => {
  let shifted = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : shifted++);
  });
})();

/** Byte-level BPE of `size` tokens: 256 bytes, merges learned from the texts, <bos> and <eos> at the end. */
export function bpe({ size, pre, addBos, addEos }) {
  const merges = learnMerges(size - 258, byteWords());
  const tokens = [...STAND_INS, ...merges.map(([left, right]) => left + right), '<bos>', '<eos>'];
  return {
    size,
    metadata: {
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': pre,
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': arrayOf(
        T.I32,
        tokens.map((_, id) => (id < size - 2 ? NORMAL : CONTROL)),
      ),
      'tokenizer.ggml.merges': merges.map((pair) => pair.join(' ')),
      'tokenizer.ggml.bos_token_id': u32(size - 2),
      'tokenizer.ggml.eos_token_id': u32(size - 1),
      'tokenizer.ggml.add_bos_token': addBos,
      ...(addEos && { 'tokenizer.ggml.add_eos_token': true }),
    },
  };
}

const byteWords = () =>
  Object.values(texts)
    .flatMap((text) => text.match(/ ?\p{L}+|\d| ?[^\s\p{L}\d]+|\s+/gu))
    .map((word) => [...Buffer.from(word)].map((byte) => STAND_INS[byte]));

/** Gemma 4's: <pad>, <eos>, <bos>, <unk>, the 256 bytes, line breaks, characters, and what merges make of lines whose spaces are U+2581. */
export function ranked() {
  const letters = [
    ...new Set(
      '▁' +
        Object.values(texts)
          .join('')
          .replaceAll(/[\s\p{Emoji_Presentation}]/gu, ''),
    ),
  ].sort();
  const known = new Set(letters);
  const lines = Object.values(texts)
    .flatMap((text) => text.replaceAll(' ', '▁').match(/[^\n]+/gu))
    .flatMap((line) => {
      // What has no token of its own merges with nothing.
      const runs = [[]];
      for (const letter of line) known.has(letter) ? runs.at(-1).push(letter) : runs.push([]);
      return runs;
    });
  const merges = learnMerges(40, lines);
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const made = [...new Set(merges.map(([left, right]) => left + right))];
  const tokens = ['<pad>', '<eos>', '<bos>', '<unk>', ...bytes, '\n', '\n\n', ...letters, ...made];
  return {
    size: tokens.length,
    metadata: {
      'tokenizer.ggml.model': 'gemma4',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': arrayOf(
        T.I32,
        tokens.map((_, id) => (id === 3 ? UNKNOWN : id < 3 ? CONTROL : id < 260 ? BYTE : NORMAL)),
      ),
      'tokenizer.ggml.merges': merges.map((pair) => pair.join(' ')),
      'tokenizer.ggml.bos_token_id': u32(2),
      'tokenizer.ggml.eos_token_id': u32(1),
      'tokenizer.ggml.unknown_token_id': u32(3),
      'tokenizer.ggml.add_bos_token': false, // which llama.cpp overrules
    },
  };
}

/** The commonest pair first (ties: the one met first), within runs of one kind and their leading space. */
function learnMerges(count, words) {
  const merges = [];
  while (merges.length < count) {
    const counts = new Map();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1]} ${word[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    const [left, right] = best.split(' ');
    merges.push([left, right]);
    for (const word of words) {
      for (let i = 1; i < word.length; i++)
        if (word[i - 1] === left && word[i] === right) word.splice(i - 1, 2, left + right);
    }
  }
  return merges;
}

/** WordPiece: special tokens, then characters and pieces, as words begin (U+2581) and as they go on. */
export function wordPiece() {
  const characters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,;:!?()[]{}=+-*/%<>_"\'世界很好今天。，你🙂'];
  const pieces = (
    'the an on er in once time cat sat mat tion ing re turn upon of and to is it was for with that this be at by ' +
    'or as from ab ac ad al am ar ed en es le nd ou se st ti ve ß и д'
  ).split(' ');
  const tokens = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    ...[...characters, ...pieces].flatMap((text) => [`▁${text}`, text]),
  ];
  return {
    size: tokens.length,
    metadata: {
      'tokenizer.ggml.model': 'bert',
      'tokenizer.ggml.pre': 'default',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': arrayOf(
        T.I32,
        tokens.map((_, id) => (id === 1 ? UNKNOWN : id < 5 ? CONTROL : NORMAL)),
      ),
      'tokenizer.ggml.token_type_count': u32(2),
      'tokenizer.ggml.bos_token_id': u32(2),
      'tokenizer.ggml.seperator_token_id': u32(3),
      'tokenizer.ggml.unknown_token_id': u32(1),
      'tokenizer.ggml.padding_token_id': u32(0),
    },
  };
}

/** SentencePiece: <unk> <s> </s>, the 256 bytes, then pieces; an earlier piece has the higher score. */
export function spm() {
  const pieces = [
    '▁t',
    'he',
    'in',
    '▁a',
    'er',
    '▁the',
    'on',
    '▁s',
    're',
    '▁w',
    'at',
    'nd',
    '▁and',
    'is',
    '▁o',
    'ou',
    'll',
  ];
  pieces.push(
    '▁▁',
    '▁▁▁▁',
    'th',
    '▁there',
    'other',
    '世界',
    '很好',
    '▁=',
    '==',
    ...'▁etaoinsrhldcumfpgwybvk,.;0123(){}[]世界很好今天。，🙂é',
  );
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  const typeOf = (id) => (id === 0 ? UNKNOWN : id < 3 ? CONTROL : id < 259 ? BYTE : NORMAL);
  return {
    size: tokens.length,
    metadata: {
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.pre': 'default',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.scores': arrayOf(
        T.F32,
        tokens.map((_, id) => (id < 259 ? 0 : 259 - id)),
      ),
      'tokenizer.ggml.token_type': arrayOf(
        T.I32,
        tokens.map((_, id) => typeOf(id)),
      ),
      'tokenizer.ggml.bos_token_id': u32(1),
      'tokenizer.ggml.eos_token_id': u32(2),
      'tokenizer.ggml.unknown_token_id': u32(0),
      'tokenizer.ggml.add_bos_token': true,
      'tokenizer.ggml.add_space_prefix': true,
    },
  };
}
