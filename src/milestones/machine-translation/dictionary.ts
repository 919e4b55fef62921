/** The baseline of a word dictionary: each piece by its likeliest word, in the order of the source. */
import type { Tables } from './phrases';

export function dictionary(source: readonly string[], { words }: Tables): string[] {
  const made = source.flatMap((piece) => {
    let [best, chance] = [piece, 0];
    for (const [word, share] of words.get(piece) ?? []) if (share > chance) [best, chance] = [word, share];
    return [best];
  });
  // The characters of one word mostly have the same.
  return made.filter((word, at) => word !== made[at - 1]);
}
