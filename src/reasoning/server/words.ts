/** A server's own words about what went wrong, as they are shown: without tags, and without the key that some repeat. */
import type { ChatServer } from '../../protocol/chatWorkerApi';
import { isObject, parsedJson } from '../import/json';
import { decodedRuns, type Span } from './encodings';
import { plainSpelling, plainUnits, tagsIn, type Unit } from './spelling';

/** Characters of a server's own words that are shown. */
const MOST_WORDS = 300;

/** So many characters of them are looked at: tags and spaces take room. */
const MOST_READ = 4096;

/** So many characters of the key in a row are not shown; a server may have cut it, or put a tag into it. */
const PIECE = 6;

/** In base64 of base64 it is looked for, and once more. */
const MOST_ENCODINGS = 3;

/** The message of an error in the shapes of llama.cpp, Ollama, vLLM and others; else the beginning of the text. */
export function wordsOf(text: string, server: ChatServer): string {
  const words = withoutTags(withoutKey(messageOf(text).slice(0, MOST_READ), server))
    .replace(/\s+/g, ' ')
    .trim();
  return withoutKey(words, server).slice(0, MOST_WORDS);
}

function messageOf(text: string): string {
  const body = parsedJson(text);
  // Plain text or a page of a proxy.
  if (!isObject(body)) return text;
  const { error, message, detail } = body;
  const inner = isObject(error) ? error.message : error;
  return [inner, message, detail].find((one) => typeof one === 'string') ?? text;
}

function withoutTags(text: string): string {
  let [shown, from] = ['', 0];
  for (const { start, end } of tagsIn(text)) {
    shown += `${text.slice(from, start)} `;
    from = end;
  }
  return shown + text.slice(from);
}

/** The text with every piece of the key as "…", however it is spelled or encoded and whatever stands within it. */
export function withoutKey(text: string, { key }: ChatServer): string {
  if (!key) return text;
  const plain = lowerCase(charsOf(plainSpelling(key)));
  // A key that looks like a tag is its characters.
  const own = plain === '' ? lowerCase(key) : plain;
  const length = Math.min(PIECE, own.length);
  const pieces = new Set(Array.from({ length: own.length - length + 1 }, (_, at) => own.slice(at, at + length)));
  const piecesIn = (chars: string): Span[] =>
    Array.from({ length: Math.max(0, chars.length - length + 1) }, (_, start) => ({
      start,
      end: start + length,
    })).filter(({ start, end }) => pieces.has(chars.slice(start, end)));
  const placesIn = (units: readonly Unit[], withTags: boolean, layer = 0): Span[] => {
    const chars = charsOf(units);
    const inText = ({ start, end }: Span): Span => ({ start: units[start].start, end: units[end - 1].end });
    const own = piecesIn(lowerCase(chars)).map(inText);
    if (layer === MOST_ENCODINGS) return own;
    const encoded = decodedRuns(chars).flatMap(({ bytes, placeOf }) => {
      // What is encoded once more comes to letters and digits again.
      if (layer > 0 && !/[\x20-\x7e]{6}/.test(bytes)) return [];
      const inner = Array.from(bytes, (char, at): Unit => ({ char, ...inText(placeOf({ start: at, end: at + 1 })) }));
      return placesIn(plainUnits(inner, withTags), withTags, layer + 1);
    });
    return [...own, ...encoded];
  };
  // Tags may part a key, and what looks like a tag may be one: both are looked through.
  const hidden = [false, true]
    .flatMap((withTags) => placesIn(plainSpelling(text, withTags), withTags))
    .sort((a, b) => a.start - b.start);
  let shown = '';
  let from = 0;
  for (const { start, end } of hidden) {
    // A piece that the one before reaches into goes with it.
    if (start >= from) shown += `${text.slice(from, start)}…`;
    from = Math.max(from, end);
  }
  return shown + text.slice(from);
}

/** A character for each unit. */
const charsOf = (units: readonly Unit[]): string =>
  units.map(({ char }) => (char.length === 1 ? char : '\ufffd')).join('');

const lowerCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
