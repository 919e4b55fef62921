/**
 * chrF (Popović 2015): how many runs of 1 … 6 characters a translation and its reference share, with recall counting twice.
 * Blanks are left out, as in the usual script; here small letters only.
 */
const LONGEST = 6;
const BETA2 = 4;

export interface Overlap {
  /** By length of the run: [6]. */
  shared: number[];
  given: number[];
  wanted: number[];
}

function runs(text: string, length: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + length <= text.length; at++) {
    const run = text.slice(at, at + length);
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

export function overlap(translation: string, reference: string): Overlap {
  const [given, wanted] = [translation, reference].map((text) => text.toLowerCase().replace(/\s+/g, ''));
  const result: Overlap = { shared: [], given: [], wanted: [] };
  for (let length = 1; length <= LONGEST; length++) {
    const [ours, theirs] = [runs(given, length), runs(wanted, length)];
    let shared = 0;
    for (const [run, count] of ours) shared += Math.min(count, theirs.get(run) ?? 0);
    result.shared.push(shared);
    result.given.push(Math.max(0, given.length - length + 1));
    result.wanted.push(Math.max(0, wanted.length - length + 1));
  }
  return result;
}

/** 0 … 100, of all sentences together: precision and recall by length of the run, their means, then F2. */
export function chrf(overlaps: readonly Overlap[]): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let at = 0; at < LONGEST; at++) {
    const sum = (of: keyof Overlap): number => overlaps.reduce((all, each) => all + each[of][at], 0);
    const [shared, given, wanted] = [sum('shared'), sum('given'), sum('wanted')];
    if (given === 0 || wanted === 0) continue;
    precision += shared / given;
    recall += shared / wanted;
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  [precision, recall] = [precision / orders, recall / orders];
  return (100 * (1 + BETA2) * precision * recall) / (BETA2 * precision + recall);
}
