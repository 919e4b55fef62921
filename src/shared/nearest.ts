/** Which known name was probably meant? By edit distance (Levenshtein 1966). */

/** Null where nothing is near: more than half of the name would have to change. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const each of known) {
    const distance = editDistance(name, each);
    if (distance * 2 <= Math.max(name.length, each.length) && distance < (best?.distance ?? Infinity)) {
      best = { name: each, distance };
    }
  }
  return best && best.name;
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    above = row;
  }
  return above[b.length];
}
