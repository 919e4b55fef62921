/** Words that were written down with their places filled in, as in checked.json, made translatable again. No DOM. */
import type { Words } from '../../src/protocol/milestones';

/** The key that `text` is made of, with what stands in its places; `text` itself where there is none. */
export function unfilled(text: string, keys: Iterable<string>): Words {
  for (const key of keys) {
    const places: number[] = [];
    const pattern = key
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\\\{(\d+)\\\}/g, (_, place: string) => (places.push(Number(place)), '(.+?)'));
    const found = places.length > 0 && new RegExp(`^${pattern}$`, 's').exec(text);
    if (!found) continue;
    const args: string[] = [];
    places.forEach((place, at) => (args[place] = found[at + 1]));
    return { text: key, args };
  }
  return { text };
}
