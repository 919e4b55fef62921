/** Which text of a record was used, and how much was not, by field: what is passed over is counted and said. */
import { isObject } from './json';

/** What keeps the books of a record and is no text of anybody's: names, numbers, times, states. */
const BOOKKEEPING =
  /^(?:.*_)?(?:ids?|uuid|type|object|role|from|sender|models?|modelName|created|created_at|updated_at|timestamp|time|date|status|state|version|name|title|url|index|format|finish_?reason|stop_?reason|done_?reason|effort|tier|fingerprint|source|language|level|signature|cwd|gitBranch|userType|subtype|event|phase|current_node|encrypted_content)$|(?:Ids?|Uuid|At|Time|Hash|Reason|Version|Type|Identifier|Name)$/;
/** These alone keep books, where they say little. */
const SHORT_BOOKKEEPING = /^(?:provider|recipient|tags|children|parent|prefix|suffix)$/;
const LONGEST_BOOKKEEPING = 64;
/** Their words are other texts again: the answer's tokens one by one, and counts. */
const ASIDE = /^(?:logprobs|top_logprobs|usage|usageMetadata|timings|metrics|token_ids|tools|tool_choice)$/;

/** Names of a path beyond these are one. */
const DEEPEST = 8;

/** A part of a text is looked for in texts of this length at most; a shorter part may stand anywhere. */
const MOST_WITHIN = 200_000;
const LEAST_WITHIN = 8;

export class UsedText {
  private readonly taken = new Set<string>();

  /** Says that a text was used; texts are told apart by what they say, since some records say the same twice. */
  take(text: string): string {
    this.taken.add(text);
    return text;
  }

  /**
   * UTF-16 units by field, fields of lists together: "messages.content": 120. Of any depth, without recursion.
   * @param wholes texts of which a part that stands in the record was used, too
   */
  unused(record: unknown, wholes: readonly string[] = []): Record<string, number> {
    const within = wholes.filter(({ length }) => length <= MOST_WITHIN);
    const counts = new Map<string, number>();
    const left: { value: unknown; path: string; key: string; depth: number }[] = [
      { value: record, path: '', key: '', depth: 0 },
    ];
    for (let next = left.pop(); next; next = left.pop()) {
      const { value, path, key, depth } = next;
      if (typeof value === 'string') {
        if (value.trim() === '' || this.taken.has(value) || BOOKKEEPING.test(key)) continue;
        if (SHORT_BOOKKEEPING.test(key) && value.length <= LONGEST_BOOKKEEPING) continue;
        if (value.length >= LEAST_WITHIN && within.some((whole) => whole.includes(value))) continue;
        counts.set(path || 'text', (counts.get(path || 'text') ?? 0) + value.length);
      } else if (Array.isArray(value)) {
        for (const entry of value as unknown[]) left.push({ value: entry, path, key, depth });
      } else if (isObject(value)) {
        for (const [name, inner] of Object.entries(value)) {
          if (ASIDE.test(name)) continue;
          const deeper = depth < DEEPEST ? (path ? `${path}.${name}` : name) : path;
          left.push({ value: inner, path: deeper, key: name, depth: depth + 1 });
        }
      }
    }
    return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
