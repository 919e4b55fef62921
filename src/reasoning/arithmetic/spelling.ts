/**
 * Other spellings of arithmetic as the plain one, with the place that every character came from: LaTeX ("12 \times 3",
 * "\frac{1}{2}"), Markdown ("= **5**"), signs and spaces of other scripts, "50% of 20", "3 apples + 4 apples = 7 apples".
 */
import type { TextRange } from '../../protocol/reasoning';
import { CHOOSE } from '../../shared/expression';

/** Signs, by the sign that they stand for. */
const SIGNS: Readonly<Record<string, string>> = {
  '×': '*',
  '·': '*',
  '⋅': '*',
  '∗': '*',
  '✕': '*',
  '÷': '/',
  '∕': '/',
  '−': '-',
  '–': '-',
  '＋': '+',
  '－': '-',
  '＊': '*',
  '／': '/',
  '（': '(',
  '）': ')',
  '％': '%',
  '＝': '=',
  '．': '.',
  ...Object.fromEntries(Array.from('０１２３４５６７８９', (digit, value) => [digit, String(value)])),
  '≃': '≈',
  '≅': '≈',
  '！': '!',
  '²': '^2',
  '³': '^3',
};

const SPACE = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;

type Part = string | { group: number };
/** What it may begin with; sticky; a group is spelled again, everything else stands for the whole match. */
type Replaced = readonly [first: string, pattern: RegExp, by: (groups: string[]) => readonly Part[]];

/** Tried in order, where the character is one that they begin with. */
const REPLACED: readonly Replaced[] = [
  // Thousands: 1\,000, 1{,}000 and 1 000 with a narrow or a no-break space.
  ['\\{\u00a0\u2009\u202f', /(?<=\d)(?:\\,|\{,\}|[\u00a0\u2009\u202f])(?=\d{3}(?!\d))/y, () => []],
  ['\\', /\\[dt]?frac\{([\d.]+)\}\{([\d.]+)\}/y, () => ['(', { group: 1 }, '/', { group: 2 }, ')']],
  ['\\', /\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/y, () => ['((', { group: 1 }, ')/(', { group: 2 }, '))']],
  ['\\', /\\sqrt\{([^{}]*)\}/y, () => ['√(', { group: 1 }, ')']],
  ['\\sS', /(?<![a-z])\\?sqrt(?=\()/iy, () => ['√']],
  ['\\', /\\[dt]?binom\{(\d+)\}\{(\d+)\}/y, ([n, k]) => [`(${n}${CHOOSE}${k})`]],
  ['C', /(?<![\p{L}\d])C\((\d+), ?(\d+)\)/uy, ([n, k]) => [`(${n}${CHOOSE}${k})`]],
  ['\\', /\\approx(?![a-z])/iy, () => ['≈']],
  ['\\', /\\equiv(?![a-z])/iy, () => ['≡']],
  ['\\', /\\pmod\{(\d+)\}/y, ([modulus]) => [`(mod ${modulus})`]],
  ['\\', /\\[bp]?mod(?![a-z])/iy, () => [' mod ']],
  ['\\', /\\(?:boxed|text|textbf|mathbf|mathrm)\{([^{}]*)\}/y, () => [' ', { group: 1 }, ' ']],
  ['^', /\^\{([^{}]*)\}/y, () => ['^(', { group: 1 }, ')']],
  ['\\', /\\(?:times|cdot|ast)(?![a-z])/iy, () => ['*']],
  ['\\', /\\div(?![a-z])/iy, () => ['/']],
  ['\\', /\\([$%])/y, ([sign]) => [sign]],
  ['\\', /\\(?:left|right)(?=[()])/y, () => []],
  ['\\&', /\\[()[\],;:! ]|\\quad(?![a-z])|&(?==)/iy, () => [' ']],
  // The bullet of a list: what stands before it is looked at only where there is a sign.
  ['-*+', /[-*+](?<=^[ \t]*[-*+])(?= )/my, () => [' ']],
  // Python's power; any other pair of stars makes bold.
  ['*', /(?<=[\d)])\*\*(?=[\d(])|(?<= )\*\*(?= )/y, () => ['^']],
  ['*', /\*\*/y, () => []],
  // "2/3 of 72", but "3/3 - 2/3 = 1/3 of $150" says what the third is of.
  [' ', /(?<=[%％]|(?<![-−+*×/=\d.(] ?)\d{1,9}\/\d{1,9}) +of +(?=[$€£¥￥\d(.])/y, () => ['*']],
];

const BY_FIRST = new Map<string, Replaced[]>();
for (const one of REPLACED) {
  for (const char of one[0]) BY_FIRST.set(char, [...(BY_FIRST.get(char) ?? []), one]);
}

export interface Spelled {
  plain: string;
  /** The place in the text of [start, end) of the plain spelling. */
  placeOf(start: number, end: number): TextRange;
}

export function spell(text: string): Spelled {
  let plain = '';
  const from: number[] = [];
  const to: number[] = [];
  const write = (chars: string, start: number, end: number): void => {
    plain += chars;
    for (let i = 0; i < chars.length; i++) {
      from.push(start);
      to.push(end);
    }
  };
  const read = (start: number, end: number): void => {
    for (let at = start; at < end;) {
      const candidates = BY_FIRST.get(text[at]);
      const length = candidates ? replace(candidates, at, end) : 0;
      if (length === 0) write(SPACE.test(text[at]) ? ' ' : (SIGNS[text[at]] ?? text[at]), at, at + 1);
      at += length || 1;
    }
  };
  /** Its length, where something at the place is spelled otherwise; else 0. */
  const replace = (candidates: readonly Replaced[], at: number, end: number): number => {
    for (const [, pattern, by] of candidates) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match || at + match[0].length > end) continue;
      let inside = at;
      for (const part of by(match.slice(1))) {
        if (typeof part === 'string') write(part, at, at + match[0].length);
        else {
          const group = match[part.group];
          inside = text.indexOf(`{${group}}`, inside) + 1;
          read(inside, inside + group.length);
        }
      }
      return match[0].length;
    }
    return 0;
  };
  read(0, text.length);
  return {
    plain: withoutUnits(plain),
    placeOf: (start, end) => ({ start: from[start] ?? text.length, end: to[end - 1] ?? from[start] }),
  };
}

/** A number with the letters behind it, which may be its unit. */
const COUNTED = /(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*(\p{L}+)/gu;
const JOINT = /^\s*([-+=])\s*$/;
/** Within a mark every word is a unit, if there is but one: <<5 km*2=10 km>>. */
const MARK = /<<[^<>\n]*>>/g;

const blank = (text: string): string => text.replace(/\p{L}/gu, (letter) => ' '.repeat(letter.length));

/** As long as before: units become spaces. */
function withoutUnits(plain: string): string {
  return withoutCounted(plain).replace(MARK, (mark) => {
    const units = new Set(Array.from(mark.matchAll(/\p{L}+/gu), ([word]) => word.replace(/(?<=\p{L}{2})s$/u, '')));
    const [unit] = units;
    return units.size === 1 && unit.length > 1 ? blank(mark) : mark;
  });
}

/**
 * The unit of the first number is that of all: "3 apples + 4 apples = 7 apples"; "3x + 4x = 7x" is algebra. Each number is
 * looked at once, as the next of a chain or the first of another.
 */
function withoutCounted(plain: string): string {
  let written = '';
  let done = 0;
  let chain = { start: 0, end: 0, unit: '', terms: 0, isClaimed: false };
  for (const { index, 0: whole, 1: word } of plain.matchAll(COUNTED)) {
    const end = index + whole.length;
    const unit = word.replace(/(?<=\p{L}{2})s$/u, '');
    const joint = chain.terms > 0 && unit === chain.unit ? JOINT.exec(plain.slice(chain.end, index))?.[1] : undefined;
    const isUnit = /\p{Script=Han}$/u.test(word) || word.length > 1;
    if (!joint || !isUnit || (joint === '=' && chain.terms < 2)) {
      chain = { start: index, end, unit, terms: isUnit ? 1 : 0, isClaimed: false };
      continue;
    }
    chain = { ...chain, end, terms: chain.terms + 1, isClaimed: joint === '=' };
    if (!chain.isClaimed) continue;
    written += plain.slice(done, chain.start) + blank(plain.slice(chain.start, end));
    done = end;
    chain = { start: index, end, unit, terms: 0, isClaimed: false };
  }
  return written + plain.slice(done);
}
