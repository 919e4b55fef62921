/** How much of a long text is sent to the model at all. */

/** No tokenizer in use makes fewer than one token of so many characters, whitespace runs aside. */
const CHARS_PER_TOKEN = 16;

export function charLimit(maxTokens: number): number {
  return maxTokens * CHARS_PER_TOKEN;
}

/** The largest cut ≤ `limit` that divides neither a surrogate pair nor a CRLF. */
export function cutAt(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const before = text.charCodeAt(limit - 1);
  const after = text.charCodeAt(limit);
  const dividesPair = before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
  const dividesLineEnd = before === 0x0d && after === 0x0a;
  return dividesPair || dividesLineEnd ? limit - 1 : limit;
}

export const MOST_NAME = 200;

/** What others call a thing, a model for instance, as long as a name may be where names are shown. */
export function cutName(name: string): string {
  return name.length > MOST_NAME ? `${name.slice(0, cutAt(name, MOST_NAME))}…` : name;
}

/** NUL, or so many replacement characters that the file was not text in the encoding it was opened with. */
export function looksBinary(text: string): boolean {
  const head = text.slice(0, 8192);
  if (head.includes('\0')) return true;
  const replaced = head.split('\ufffd').length - 1;
  return replaced > head.length / 10;
}
