/**
 * Other spellings of arithmetic as the plain one, with the place that every character came from: LaTeX ("12 \times 3",
 * "\frac{1}{2}"), Markdown ("= **5**"), signs and spaces of other scripts, "50% of 20", "3 apples + 4 apples = 7 apples".
 */
import type { TextRange } from '../../protocol/reasoning';

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
};

const SPACE = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;

type Replaced = readonly [pattern: RegExp, by: (groups: string[]) => readonly (string | { group: number })[]];

/** Sticky, tried in order. A group is spelled again; everything else stands for the whole match. */
const REPLACED: readonly Replaced[] = [
  // Thousands: 1\,000, 1{,}000 and 1 000 with a narrow or a no-break space.
  [/(?<=\d)(?:\\,|\{,\}|[\u00a0\u2009\u202f])(?=\d{3}(?!\d))/y, () => []],
  [/\\[dt]?frac\{([\d.]+)\}\{([\d.]+)\}/y, () => ['(', { group: 1 }, '/', { group: 2 }, ')']],
  [/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/y, () => ['((', { group: 1 }, ')/(', { group: 2 }, '))']],
  [/\\(?:boxed|text|textbf|mathbf|mathrm)\{([^{}]*)\}/y, () => [' ', { group: 1 }, ' ']],
  [/\^\{([^{}]*)\}/y, () => ['^(', { group: 1 }, ')']],
  [/\\(?:times|cdot|ast)(?![a-z])/iy, () => ['*']],
  [/\\div(?![a-z])/iy, () => ['/']],
  [/\\([$%])/y, ([sign]) => [sign]],
  [/\\(?:left|right)(?=[()])/y, () => []],
  [/\\[()[\],;:! ]|\\quad(?![a-z])|&(?==)/iy, () => [' ']],
  // The bullet of a list.
  [/(?<=^[ \t]*)[-*+](?= )/my, () => [' ']],
  // Python's power; any other pair of stars makes bold.
  [/(?<=[\d)])\*\*(?=[\d(])|(?<= )\*\*(?= )/y, () => ['^']],
  [/\*\*/y, () => []],
  [/(?<=[%％]) +of +(?=[$€£¥￥\d(.])/y, () => ['*']],
];

const MAY_BE_REPLACED = /[\\{^&*+\s-]/;

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
      const length = MAY_BE_REPLACED.test(text[at]) ? replace(at, end) : 0;
      if (length === 0) write(SPACE.test(text[at]) ? ' ' : (SIGNS[text[at]] ?? text[at]), at, at + 1);
      at += length || 1;
    }
  };
  /** Its length, where something at the place is spelled otherwise; else 0. */
  const replace = (at: number, end: number): number => {
    for (const [pattern, by] of REPLACED) {
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

const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?`;
/** The unit of the first number is that of all: "3 apples + 4 apples = 7 apples"; "3x + 4x = 7x" is algebra. */
const UNIT = String.raw`\s*(?<unit>\p{L}*\p{Script=Han}|\p{L}{2,}?)s?(?!\p{L})`;
const SAME_UNIT = String.raw`\s*\k<unit>s?(?!\p{L})`;
const COUNTED = new RegExp(
  `(?<![\\d.,])${NUMBER}${UNIT}(?:\\s*[-+]\\s*${NUMBER}${SAME_UNIT})+\\s*=\\s*${NUMBER}${SAME_UNIT}`,
  'gu',
);
/** Within a mark every word is a unit, if there is but one: <<5 km*2=10 km>>. */
const MARK = /<<[^<>\n]*>>/g;

/** As long as before: units become spaces. */
function withoutUnits(plain: string): string {
  const blank = (text: string): string => text.replace(/\p{L}/gu, (letter) => ' '.repeat(letter.length));
  return plain.replace(COUNTED, blank).replace(MARK, (mark) => {
    const units = new Set(Array.from(mark.matchAll(/\p{L}+/gu), ([word]) => word.replace(/(?<=\p{L}{2})s$/u, '')));
    const [unit] = units;
    return units.size === 1 && unit.length > 1 ? blank(mark) : mark;
  });
}
