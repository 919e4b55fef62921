/** Checks that every tokenizer must pass on any text. */
import assert from 'node:assert/strict';
import type { Tokenizer } from '../../src/engine/tokenizer/tokenizer';

/** The tokens' ranges follow one another from 0 to the end of the text's UTF-8 bytes. */
export function assertTiles(tokenizer: Tokenizer, text: string): void {
  let end = 0;
  for (const token of tokenizer.encode(text)) {
    assert.equal(token.start, end, JSON.stringify(text));
    assert.ok(token.end >= token.start, JSON.stringify(text));
    end = token.end;
  }
  assert.equal(end, Buffer.byteLength(text), JSON.stringify(text));
}

/**
 * Decoding gives the text back, with U+FFFD for lone surrogates; from SentencePiece with the spaces that it puts in front
 * and after special tokens, and with a space for U+2581.
 */
export function assertRoundTrip(tokenizer: Tokenizer, text: string): void {
  const decoded = tokenizer.decode(tokenizer.encode(text).map(({ id }) => id));
  const expected = Buffer.from(text).toString();
  if (tokenizer.kind === 'bpe') assert.equal(decoded, expected);
  else assert.equal(withoutSpaces(decoded), withoutSpaces(expected));
}

const withoutSpaces = (text: string): string => text.replaceAll(/[ \u2581]/g, '');

/** Text of everything that has ever broken a tokenizer; equal for equal seeds. */
export function randomText(seed: number, units: number): string {
  let state = seed * 2654435761;
  const below = (n: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
  return Array.from({ length: units }, () => PARTS[below(PARTS.length)]).join('');
}

const PARTS = [
  'a',
  'the',
  ' function',
  'x1',
  '42',
  ' ',
  '  ',
  '    ',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '"',
  "'ll",
  '=>',
  '/*',
  '</s>',
  'é',
  'ß',
  'Ж',
  '中文',
  '日本',
  '한',
  'ไทย',
  'क्षि',
  '\u0301',
  '\u00a0',
  '\u3000',
  '\u2028',
  '\ufeff',
  '\u2581',
  '🙂',
  '👩‍👩‍👧',
  '🇨🇳',
  '𝄞',
  '\ud83d',
  '\ude00',
  '\ufffd',
  '<0x0A>',
  '<|endoftext|>',
];
