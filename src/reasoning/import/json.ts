/** What a text is as JSON. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** undefined where it is none. NaN and Infinity, which Python writes and JSON does not know, are read as null. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const mended = withoutNaN(text);
    try {
      return mended === text ? undefined : JSON.parse(mended);
    } catch {
      return undefined;
    }
  }
}

/** With null for each number outside of strings that JSON cannot write; as long as before, so that places stay. */
export function withoutNaN(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text;
  let mended = '';
  for (let at = 0; at < text.length;) {
    const opened = text.indexOf('"', at);
    const end = opened < 0 ? text.length : opened;
    mended += text
      .slice(at, end)
      .replace(/-?\bInfinity\b|-?\bNaN\b/g, (number) =>
        'null'.padEnd(number.length).slice(0, Math.max(4, number.length)),
      );
    if (opened < 0) break;
    let closed = opened + 1;
    while (closed < text.length && text[closed] !== '"') closed += text[closed] === '\\' ? 2 : 1;
    mended += text.slice(opened, closed + 1);
    at = closed + 1;
  }
  return mended;
}

/** Of several names the one that says something: some servers leave one of them empty. */
export function firstString(record: Json, ...names: string[]): string | null {
  const strings = names.map((name) => record[name]).filter((value) => typeof value === 'string');
  return strings.find((value) => value.trim() !== '') ?? strings[0] ?? null;
}
