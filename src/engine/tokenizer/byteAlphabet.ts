/**
 * GPT-2's alphabet: every byte as one printable character, so that a vocabulary of byte strings can be written as text.
 * https://github.com/openai/gpt-2/blob/master/src/encoder.py, bytes_to_unicode
 */
import { bytesOfEscaped } from '../formats/escapedText';

/** byte → character: printable Latin-1 stands for itself, the rest are U+0100 and up in order. */
export const BYTE_TO_CHAR: readonly string[] = makeAlphabet();

const CHAR_TO_BYTE: ReadonlyMap<string, number> = new Map(BYTE_TO_CHAR.map((char, byte) => [char, byte]));

/** The bytes of a text in the alphabet; characters outside it, which only odd vocabularies have, give their UTF-8. */
export function bytesOfAlphabet(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const byte = CHAR_TO_BYTE.get(char);
    if (byte === undefined) bytes.push(...bytesOfEscaped(char));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function makeAlphabet(): string[] {
  const isPrintable = (b: number): boolean => (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xff && b !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}
