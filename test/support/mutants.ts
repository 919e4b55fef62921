/** Values, texts and bytes, changed at random as accidents and attackers change them; equal for equal seeds. */

type Random = () => number;

const below = (random: Random, most: number): number => Math.floor(random() * most);
const oneOf = <T>(random: Random, all: readonly T[]): T => all[below(random, all.length)];

const VALUES: readonly unknown[] = [
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  1e308,
  NaN,
  Infinity,
  2 ** 53,
  '',
  'x',
  '\u0000\u001b[2J\ud800',
  '__proto__',
  [],
  [null],
  {},
  { length: 1e9 },
  { toString: null },
];

/** A copy of a JSON value with one to three places changed: another value, none, another's place, more of it. */
export function mutant(value: unknown, random: Random): unknown {
  let changed = structuredClone(value);
  for (let left = 1 + below(random, 3); left > 0; left--) changed = changedOnce(changed, random);
  return changed;
}

function changedOnce(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) return structuredClone(oneOf(random, VALUES));
  const names = Object.keys(value);
  const record = value as Record<string, unknown>;
  const name = names.length > 0 ? oneOf(random, names) : 'added';
  if (random() < 0.6 && typeof record[name] === 'object' && record[name] !== null) {
    record[name] = changedOnce(record[name], random);
    return value;
  }
  switch (below(random, 4)) {
    case 0:
      if (Array.isArray(value)) value.splice(Number(name) || 0, 1);
      else delete record[name];
      break;
    case 1:
      record[name] = structuredClone(record[oneOf(random, names.length > 0 ? names : [name])]);
      break;
    case 2:
      if (Array.isArray(value)) value.push(...(value.slice(0, 3) as unknown[]));
      else record[`${name}2`] = record[name];
      break;
    default:
      record[name] = structuredClone(oneOf(random, VALUES));
  }
  return value;
}

const PIECES = [
  '\n',
  '\r',
  '\u0000',
  '\u001b[2J',
  '\ud800',
  '\u202e',
  '<think>',
  '</think>',
  '####',
  '\\boxed{',
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '1 + 1 = 2. ',
  '1. ',
  '- ',
  '$',
  '`',
  '=',
  '0',
  '9'.repeat(40),
  ' '.repeat(200),
  '小明',
  '\u0301'.repeat(20),
];

/** A text with one to four pieces taken out, put in, repeated or moved. */
export function mutantText(text: string, random: Random): string {
  let changed = text;
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const [from, length] = [below(random, changed.length + 1), below(random, 40)];
    const [before, part, after] = [
      changed.slice(0, from),
      changed.slice(from, from + length),
      changed.slice(from + length),
    ];
    switch (below(random, 5)) {
      case 0:
        changed = before + after;
        break;
      case 1:
        changed = before + part.repeat(1 + below(random, 20)) + after;
        break;
      case 2:
        changed = after + part + before;
        break;
      default:
        changed = before + oneOf(random, PIECES).repeat(1 + below(random, 3)) + part + after;
    }
  }
  return changed;
}

/** Bytes with some of them changed, a few cut out, or the end cut off. */
export function mutantBytes(bytes: Uint8Array, random: Random, most = bytes.length): Uint8Array {
  const changed = bytes.slice();
  for (let left = 1 + below(random, 8); left > 0; left--) {
    const at = below(random, Math.min(most, changed.length));
    switch (below(random, 4)) {
      case 0:
        changed[at] = below(random, 256);
        break;
      case 1:
        changed[at] ^= 1 << below(random, 8);
        break;
      case 2:
        changed.fill(oneOf(random, [0, 0xff, 0x7f, 0x80]), at, at + 1 + below(random, 8));
        break;
      default:
        changed.copyWithin(at, below(random, Math.min(most, changed.length)), at + below(random, 32));
    }
  }
  return random() < 0.1 ? changed.subarray(0, below(random, changed.length)) : changed;
}
