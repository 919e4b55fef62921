/** A server's own words about what went wrong, as they are shown: without tags, and without the key that some repeat. */
import { isObject, parsedJson } from '../import/records';
import type { ChatServer } from './request';

/** Characters of a server's own words that are shown. */
const MOST_WORDS = 300;

/** So many characters of the key in a row are not shown; a server may have cut it, or put a tag into it. */
const PIECE = 6;

/** A character as it may be spelled in JSON and HTML; tags, white space and backslashes are passed over. */
const SPELLED = /<[^>]*>|\\u([\da-f]{4})|[\s\\]|([^])/gi;

/** The message of an error in the shapes of llama.cpp, Ollama, vLLM and others; else the beginning of the text. */
export function wordsOf(text: string, server: ChatServer): string {
  const words = withoutKey(messageOf(text), server)
    .replace(/<[^>]*>/g, ' ')
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

/** The text with every piece of the key as "…", however it is spelled and whatever stands within it. */
export function withoutKey(text: string, { key }: ChatServer): string {
  if (!key) return text;
  const own = spelled(key)
    .map(({ char }) => char)
    .join('');
  const length = Math.min(PIECE, own.length);
  const pieces = new Set(Array.from({ length: own.length - length + 1 }, (_, at) => own.slice(at, at + length)));
  const units = spelled(text);
  const chars = units.map(({ char }) => char).join('');
  let shown = '';
  let from = 0;
  for (let at = 0; at + length <= chars.length; at++) {
    if (!pieces.has(chars.slice(at, at + length))) continue;
    // A piece that the one before reaches into goes with it.
    const { start } = units[at];
    if (start >= from) shown += `${text.slice(from, start)}…`;
    from = units[at + length - 1].end;
  }
  return shown + text.slice(from);
}

function spelled(text: string): { char: string; start: number; end: number }[] {
  return [...text.matchAll(SPELLED)].flatMap(({ 0: whole, 1: code, 2: plain, index }) => {
    const char = code ? String.fromCharCode(parseInt(code, 16)) : plain;
    return char ? [{ char, start: index, end: index + whole.length }] : [];
  });
}
