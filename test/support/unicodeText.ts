/** Seeded random Unicode texts for tokenizers: every script and plane, code, spaces, marks, emoji; and ids as a fingerprint. */
import { seededRandom } from '../../src/shared/random';
import { randomText } from './tokens';

/** First and last code point; each range is as likely as any other. */
const RANGES: readonly (readonly [number, number])[] = [
  ...([[0x20, 0x7e], [0x61, 0x7a], [0x30, 0x39], [0x09, 0x0d], [0x20, 0x20], [0x21, 0x2f]] as const), // prettier-ignore
  ...([[0xa0, 0x17f], [0x2c0, 0x36f], [0x370, 0x52f], [0x590, 0x6ff], [0x900, 0xdff], [0xe00, 0xeff]] as const), // prettier-ignore
  ...([[0x1100, 0x11ff], [0x1e00, 0x1fff], [0x2000, 0x206f], [0x2100, 0x2bff], [0x3000, 0x30ff]] as const), // prettier-ignore
  ...([[0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xe000, 0xe0ff], [0xfb00, 0xffef], [0x10000, 0x105ff]] as const), // prettier-ignore
  ...([[0x1d400, 0x1d7ff], [0x1f300, 0x1faff], [0x20000, 0x2a6df], [0xe0100, 0x10fffd]] as const), // prettier-ignore
];

/** Text number `seed`: every third of pieces that tokenizers have got wrong, the rest of code points. Never a NUL. */
export function unicodeText(seed: number): string {
  if (seed % 3 === 0)
    return randomText(seed, 20)
      .replaceAll('\0', '')
      .replace(/\p{Surrogate}/gu, '');
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const length = 1 + below(40);
  let range = RANGES[0];
  let text = '';
  for (let i = 0; i < length; i++) {
    if (i === 0 || below(3) === 0) range = RANGES[below(RANGES.length)]; // runs of one script, as in texts
    text += String.fromCodePoint(range[0] + below(range[1] - range[0] + 1));
  }
  return text;
}

/** "count:hash" (FNV-1a of the ids' 32 bits): equal for equal ids, small enough to keep for thousands of texts. */
export function fingerprint(ids: readonly number[]): string {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    for (let shift = 0; shift < 32; shift += 8) hash = Math.imul(hash ^ ((id >>> shift) & 255), 0x01000193);
  }
  return `${ids.length}:${(hash >>> 0).toString(16)}`;
}
