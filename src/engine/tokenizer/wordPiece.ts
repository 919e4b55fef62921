/**
 * WordPiece (Schuster & Nakajima 2012; Devlin et al. 2018), as llama.cpp's llm_tokenizer_wpm does it: a text is cut into words
 * at spaces, around punctuation and around CJK characters, lower-cased and rid of accents where the model says so, and each word
 * is covered by the longest tokens from its beginning on, the first of which starts with U+2581. A word that cannot be covered
 * is one unknown token.
 */
import { bytesOfEscaped } from '../formats/escapedText';
import type { Token } from './tokenizer';
import { utf8Length } from './utf8';
import type { Vocabulary } from './vocabulary';
import { NO_TOKEN, VocabularyTokenizer } from './vocabularyTokenizer';

const WORD = '\u2581';

export interface Normalization {
  lowercase: boolean;
  stripAccents: boolean;
}

/** A character of a word (its first is the mark of the beginning) as the vocabulary has it, and the byte behind it in the text. */
interface Character {
  text: string;
  end: number;
}

export class WordPieceTokenizer extends VocabularyTokenizer {
  readonly kind = 'wordpiece';
  private readonly idOf = new Map<string, number>();
  /** UTF-16 units of the longest token. */
  private readonly longest: number;

  constructor(
    vocabulary: Vocabulary,
    private readonly normalization: Normalization,
  ) {
    super(vocabulary);
    vocabulary.texts.forEach((text, id) => this.idOf.set(text, id));
    this.longest = vocabulary.texts.reduce((most, text) => Math.max(most, text.length), 0);
  }

  protected override encodeFragment(text: string, start: number, _: boolean, tokens: Token[]): void {
    let from = start; // what no token has yet, spaces before a word among it
    for (const word of this.wordsOf(text, start)) {
      for (const { id, end } of this.cover(word)) {
        tokens.push({ id, start: from, end });
        from = end;
      }
    }
    const end = start + utf8Length(text);
    if (from < end) tokens.push({ id: NO_TOKEN, start: from, end }); // goes to the token before
  }

  protected override bytesOfNormal(id: number): Uint8Array {
    return bytesOfEscaped(this.vocabulary.texts[id].replaceAll(WORD, ' '));
  }

  private wordsOf(text: string, start: number): Character[][] {
    const { lowercase, stripAccents } = this.normalization;
    const words: Character[][] = [];
    let word: Character[] = [];
    let end = start; // of the character
    let before = start; // where it begins
    const finish = (): void => {
      if (word.length > 0) words.push(word);
      word = [];
    };
    const add = (text: string): void => {
      if (word.length === 0) word.push({ text: WORD, end: before });
      word.push({ text, end });
    };
    for (const written of text) {
      before = end;
      end += utf8Length(written);
      // llama.cpp takes the first code point of a decomposition, and of a lower-cased letter.
      const char = stripAccents ? firstOf(written.normalize('NFD')) : written;
      if (/\p{White_Space}/u.test(char)) finish();
      else if (!/[\0\ufffd\p{Cc}\p{Cf}\p{Co}]/u.test(char) && !(stripAccents && /\p{M}/u.test(char))) {
        const alone = standsAlone(char);
        if (alone) finish();
        add(lowercase ? firstOf(char.toLowerCase()) : char);
        if (alone) finish();
      }
    }
    finish();
    return words;
  }

  /** The word's tokens, each with the byte behind it. */
  private cover(word: readonly Character[]): { id: number; end: number }[] {
    const found: { id: number; end: number }[] = [];
    for (let from = 0; from < word.length;) {
      let text = '';
      let best: { id: number; next: number } | undefined;
      for (let next = from; next < word.length && text.length <= this.longest; next++) {
        text += word[next].text;
        const id = this.idOf.get(text);
        if (id !== undefined) best = { id, next: next + 1 };
      }
      if (!best) return [{ id: this.vocabulary.unknownId ?? NO_TOKEN, end: word.at(-1)!.end }];
      found.push({ id: best.id, end: word[best.next - 1].end });
      from = best.next;
    }
    return found;
  }
}

const firstOf = (text: string): string => String.fromCodePoint(text.codePointAt(0)!);

/** Punctuation, ASCII's symbols, and CJK characters as llama.cpp counts them. */
function standsAlone(char: string): boolean {
  if (/\p{P}/u.test(char)) return true;
  const code = char.codePointAt(0)!;
  if (code < 0x7f && /\p{S}/u.test(char)) return true;
  return CJK.some(([first, last]) => code >= first && code <= last);
}

const CJK = [
  ...([[0x4e00, 0x9fff], [0x3400, 0x4dbf], [0x20000, 0x2a6df], [0x2a700, 0x2b73f], [0x2b740, 0x2b81f]] as const), // prettier-ignore
  ...([[0x2b920, 0x2ceaf], [0xf900, 0xfaff], [0x2f800, 0x2fa1f]] as const), // prettier-ignore
];
