/**
 * Where JSON stops being JSON. JSON.parse tells the place in some engines, for some mistakes; people need it always. Not
 * jsonc-parser 3.3.1: it calls itself for each level and overflows the stack at 20,000 levels, which JSON.parse reads, and
 * of a string with a mistake it names the beginning.
 */

/** A sign, or a number or word; strings are read character by character, since a long one overflows an expression's stack. */
const TOKEN = /(?:([{}[\],:])|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** What may come next: a value, a key, what follows a key, or what follows a value. */
type Expectation = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'more';

/** UTF-16 offset of the first character that cannot be part of any JSON text; the length where the text ends too early. */
export function jsonErrorOffset(text: string): number {
  const stack: string[] = [];
  let expected: Expectation = 'value';
  let at = 0;
  for (;;) {
    const start = skipSpace(text, at);
    if (stack.length === 0 && expected === 'more') return start;
    const isString = text[start] === '"';
    TOKEN.lastIndex = start;
    const token = isString ? null : TOKEN.exec(text);
    const end = isString ? stringEnd(text, start) : TOKEN.lastIndex;
    if (end === null || (!isString && !token)) return start;
    const next = after(expected, token?.[1], isString, stack);
    if (!next) return start;
    expected = next;
    at = end;
  }
}

/** Behind the closing quote; null for a string that JSON does not know or that is not closed. */
function stringEnd(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return null;
    if (code === 0x5c) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return null;
      at = ESCAPE.lastIndex;
    } else at++;
  }
  return null;
}

function after(
  expected: Expectation,
  sign: string | undefined,
  isString: boolean,
  stack: string[],
): Expectation | null {
  const closes = sign === '}' || sign === ']';
  if (closes) {
    const opened = stack.at(-1);
    const fits = sign === '}' ? opened === '{' : opened === '[';
    const allowed = expected === 'more' || expected === (sign === '}' ? 'keyOrEnd' : 'valueOrEnd');
    if (!fits || !allowed) return null;
    stack.pop();
    return 'more';
  }
  switch (expected) {
    case 'value':
    case 'valueOrEnd':
      if (sign === '{' || sign === '[') {
        stack.push(sign);
        return sign === '{' ? 'keyOrEnd' : 'valueOrEnd';
      }
      return sign === undefined ? 'more' : null;
    case 'key':
    case 'keyOrEnd':
      return isString ? 'colon' : null;
    case 'colon':
      return sign === ':' ? 'value' : null;
    case 'more':
      return sign === ',' ? (stack.at(-1) === '{' ? 'key' : 'value') : null;
  }
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && /[ \t\r\n]/.test(text[at])) at++;
  return at;
}

/** UTF-16 offsets of the elements of a JSON list without mistakes. */
export function elementOffsets(text: string): number[] {
  const offsets: number[] = [];
  let depth = 0;
  let begins = false;
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const sign = text[at];
    if (begins && sign !== ']') offsets.push(at);
    begins = (sign === '[' && depth === 0) || (sign === ',' && depth === 1);
    if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' || sign === '}') depth--;
    at = sign === '"' ? stringEnd(text, at)! : at + 1;
  }
  return offsets;
}

/** 1-based line and column (UTF-16 units, as the editor counts) of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
