/**
 * Other notations in which a sum that seems wrong may be right: a point that groups ("2.500 + 250 = 2.750"), another base
 * ("101 + 11 = 1000"), a factorial at a sentence's end ("120 = 5!"). Where one of them fits, nothing is said of the sum.
 */
import { evaluate, type Lexeme } from '../../shared/expression';
import { equal } from '../../shared/rational';

/** What a text says of its numbers that a sum alone does not show. */
export interface Notation {
  /** It speaks of other bases than ten. */
  hasBases: boolean;
  /** A comma is its decimal sign: "1.249,90", "4,95 €", and no number has a decimal point. */
  hasDecimalComma: boolean;
  /** Some of its numbers surely have a decimal comma, some a point: what "1,250" is, nobody knows. */
  hasBoth: boolean;
  /** Apostrophes group: "1'250'000", or several numbers with one. */
  hasApostrophes: boolean;
  /** It groups as India does: several numbers, or it counts in rupees. */
  hasIndian: boolean;
}

const BASES =
  /\b(?:binary|octal|hexadecimal|base[- ]?(?:two|eight|\d)|radix)\b|_\{?(?:2|3|4|5|6|7|8|9|16)\}?(?!\d)|[二三四五六七八九]进制|\d进制/i;

/** Written so, a comma is no sign between two things, as in a pair or a list, and groups nothing. */
const SURE_COMMA =
  /(?<![\d.,]|[[({,;]\s?)(?:[1-9]\d{0,2}(?:[. \u00a0\u202f]\d{3}){1,6},\d{1,2}(?![\d,])|\d{1,3},\d{1,2}\s?(?:€|EUR\b|Euro|kr\b|zł)|(?:€|R\$)\s?\d{1,3},\d{2}(?!\d))/;
/** "2.5", "1,234.5", "0.125", "1,000,000". */
const POINT =
  /(?<![\d.,])(?:\d{1,3}(?:,?\d{3})*\.(?:\d{1,2}|\d{4,20})(?![\d.])|\d{1,3}(?:,\d{3}){1,6}\.\d|0\.\d{1,20}(?![\d.])|[1-9]\d{0,2}(?:,\d{3}){2,}(?![\d,]))/;
const APOSTROPHES = /(?<![\d.,'’])[1-9]\d{0,2}(?:['’]\d{3})+(?![\d'’])/g;
const INDIAN = /(?<![\d.,])[1-9]\d?(?:,\d{2}){1,6},\d{3}(?![\d,])/g;
const RUPEES = /₹|\b(?:Rs|INR|rupees?|lakhs?|crores?)\b/i;

export function notationOf(text: string): Notation {
  const hasComma = SURE_COMMA.test(text);
  const hasPoint = hasComma && POINT.test(text);
  const apostrophes = text.match(APOSTROPHES) ?? [];
  return {
    hasBases: BASES.test(text),
    hasDecimalComma: hasComma && !hasPoint,
    hasBoth: hasPoint,
    hasApostrophes: apostrophes.length > 1 || /['’].*['’]/.test(apostrophes[0] ?? ''),
    hasIndian: RUPEES.test(text) || (text.match(INDIAN) ?? []).length > 1,
  };
}

/** As long as before: groups as English writes them, so far as the text shows what its signs mean. */
export function inEnglish(text: string, { hasApostrophes, hasDecimalComma }: Notation): string {
  const grouped = hasApostrophes ? text.replace(APOSTROPHES, (number) => number.replace(/['’]/g, ',')) : text;
  return hasDecimalComma ? withPoints(grouped) : grouped;
}

/** As long as before: "1.249,90" and "1 249,90" as "1,249.90". Of a text whose decimal sign is the comma. */
export const withPoints = (text: string): string =>
  text.replace(/(?<![\d.,])(?:\d{1,3}(?:[. \u00a0\u202f]\d{3}){1,6}(?:,\d+)?|\d+,\d+)(?!\d|[.,]\d)/g, (number) =>
    number.replace(/[^\d]/g, (sign) => (sign === ',' ? '.' : ',')),
  );

/** Both sides, and what follows the claim. */
export function isRightOtherwise(
  left: readonly Lexeme[],
  right: readonly Lexeme[],
  after: string,
  { hasBases, hasDecimalComma, hasBoth, hasIndian }: Notation,
): boolean {
  const numbers = [...left, ...right].map(({ text }) => text);
  if (hasBoth && numbers.some((number) => /^[1-9]\d{0,2}[.,]\d{3}$/.test(number))) return true;
  if (!hasIndian && numbers.some((number) => /,\d{2},/.test(number))) return true;
  if (hasDecimalComma && isRightApart(left, right)) return true;
  const readings: ((text: string) => string | null)[] = [grouped];
  if (hasBases) for (let base = 2; base <= 16; base++) if (base !== 10) readings.push(inBase(base));
  if (readings.some((reading) => agree(left, right, reading))) return true;
  // "100 + 20 = 5!"
  const last = right.at(-1)!;
  const factorial: Lexeme = { kind: 'factorial', text: '!', start: last.end, end: last.end + 1 };
  return after.startsWith('!') && agree(left, [...right, factorial], (text) => text);
}

/** "Schritt 1 250 + 250 = 500": whether it is right where the first or the last number are two beside each other. */
function isRightApart(left: readonly Lexeme[], right: readonly Lexeme[]): boolean {
  const [first, last] = [left[0], right.at(-1)!];
  const rest = { ...first, text: first.text.slice(first.text.lastIndexOf(',') + 1) };
  const begun = { ...last, text: last.text.split(',', 1)[0] };
  const asIs = (text: string): string => text;
  const [later, sooner] = [
    [rest, ...left.slice(1)],
    [...right.slice(0, -1), begun],
  ];
  return agree(later, right, asIs) || agree(left, sooner, asIs) || agree(later, sooner, asIs);
}

/** Whether the sides are equal with each number read so; a reading gives null for what it does not know. */
function agree(left: readonly Lexeme[], right: readonly Lexeme[], reading: (text: string) => string | null): boolean {
  const [one, other] = [left, right].map((list) => {
    const read = list.map((lexeme) => {
      const text = lexeme.kind === 'number' ? reading(lexeme.text) : lexeme.text;
      return text === null ? null : { ...lexeme, text };
    });
    return read.every((lexeme) => lexeme !== null) ? evaluate(read)?.value : null;
  });
  return one != null && other != null && equal(one, other);
}

/** A point before three digits groups; at least one number must be written so. */
const grouped = (text: string): string | null =>
  /^\d{1,3}(?:\.\d{3})+$/.test(text) ? text.replaceAll('.', '') : /[.,]/.test(text) ? null : text;

const inBase =
  (base: number) =>
  (text: string): string | null => {
    if (text.length > 60 || ![...text].every((digit) => Number(digit) < base)) return null;
    return String([...text].reduce((value, digit) => value * BigInt(base) + BigInt(digit), 0n));
  };
