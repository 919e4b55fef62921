/**
 * What the tokenizers share: BOS, tokens that the user defined and that are cut out of the text before anything else, and
 * the way back from ids to bytes and labels.
 */
import { bytesOfEscaped } from '../formats/escapedText';
import type { Token, Tokenizer } from './tokenizer';
import { UserDefinedTokens } from './userDefinedTokens';
import { utf8Length, wellFormed } from './utf8';
import { TokenType, type Vocabulary } from './vocabulary';

/** Instead of an id: bytes for which the vocabulary has no token at all. They go to a neighbour's range. */
export const NO_TOKEN = -1;

export abstract class VocabularyTokenizer implements Tokenizer {
  abstract readonly kind: Tokenizer['kind'];
  readonly vocabSize: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly addBos: boolean;
  private readonly userDefined: UserDefinedTokens;

  constructor(protected readonly vocabulary: Vocabulary) {
    this.vocabSize = vocabulary.texts.length;
    this.bosId = vocabulary.bosId;
    this.eosId = vocabulary.eosId;
    this.addBos = vocabulary.addBos;
    this.userDefined = new UserDefinedTokens(vocabulary);
  }

  /**
   * Adds the tokens of a text between user-defined tokens, whose bytes begin at `start`; an id may be NO_TOKEN.
   * afterSpecial: it is the first, or follows a user-defined token.
   */
  protected abstract encodeFragment(text: string, start: number, afterSpecial: boolean, tokens: Token[]): void;

  /** Bytes of a token that is neither control, unknown, unused nor user-defined. */
  protected abstract bytesOfNormal(id: number): Uint8Array;

  encode(text: string, options: { bos?: boolean } = {}): Token[] {
    const tokens: Token[] = [];
    let start = 0;
    let afterSpecial = true;
    for (const fragment of this.userDefined.cut(wellFormed(text))) {
      const length = utf8Length(fragment.text);
      if (fragment.id === undefined) this.encodeFragment(fragment.text, start, afterSpecial, tokens);
      else tokens.push({ id: fragment.id, start, end: start + length });
      afterSpecial = fragment.id !== undefined;
      start += length;
    }
    const known = tokens.some(({ id }) => id === NO_TOKEN) ? closeGaps(tokens, start) : tokens;
    if (!options.bos) return known;
    const { endId } = this.vocabulary;
    if (this.bosId !== undefined) known.unshift({ id: this.bosId, start: 0, end: 0 });
    if (endId !== undefined) known.push({ id: endId, start, end: start });
    return known;
  }

  decode(ids: Iterable<number>): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let text = '';
    for (const id of ids) text += decoder.decode(this.bytesOf(id), { stream: true });
    return text + decoder.decode();
  }

  bytesOf(id: number): Uint8Array {
    switch (this.vocabulary.types[id]) {
      case TokenType.Normal:
      case TokenType.Byte:
        return this.bytesOfNormal(id);
      case TokenType.UserDefined:
        return bytesOfEscaped(this.vocabulary.texts[id]);
      default:
        return new Uint8Array(0);
    }
  }

  labelOf(id: number): string {
    const text = this.vocabulary.texts[id];
    if (text === undefined) return `<${id}>`;
    const bytes = this.bytesOf(id);
    if (bytes.length > 0) return labelOfBytes(bytes);
    return /^<.*>$|^\[.*\]$/s.test(text) ? text : `<${text}>`;
  }
}

/** Drops NO_TOKEN; its bytes go to the token before, those at the beginning to the first token. */
function closeGaps(tokens: readonly Token[], byteLength: number): Token[] {
  const known = tokens.filter(({ id }) => id !== NO_TOKEN);
  return known.map(({ id, start }, i) => ({
    id,
    start: i === 0 ? 0 : start,
    end: i + 1 < known.length ? known[i + 1].start : byteLength,
  }));
}

/** Text where the bytes are printable UTF-8, `<0x0A>` where they are not. */
function labelOfBytes(bytes: Uint8Array): string {
  let label = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at]);
    const char = decodeOrNothing(bytes.subarray(at, at + length));
    const isText = char !== '' && !/^\p{Cc}$/u.test(char);
    label += isText ? char : `<0x${bytes[at].toString(16).toUpperCase().padStart(2, '0')}>`;
    at += isText ? length : 1;
  }
  return label;
}

/** Bytes of the UTF-8 sequence that begins with this byte. */
const sequenceLength = (byte: number): number => (byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);

function decodeOrNothing(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}
