/**
 * What is the last number of a text a part of? A date, a clock's time, "5 h 25 min", "3.5 × 10^8", "3:4", a number in its base
 * or of a residue class, a remainder with its quotient: that is said, not the number.
 */
import { DATE_OR_TIME } from '../../shared/dates';

/** Units of which several make one measure, by what they measure. */
const FAMILIES = [
  'years?|months?|weeks?|days?|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|s',
  'km|dm|cm|mm|m',
  'miles?|yards?|yd|feet|foot|ft|inch(?:es)?|in',
  'kg|g|mg',
  'pounds?|lbs?|ounces?|oz',
  'gallons?|quarts?|pints?|cups?',
  'dollars?|cents?',
  '年|个?月|周|天|个?小时|时|分钟?|秒',
  '千米|公里|米|分米|厘米|毫米',
  '吨|千克|公斤|克',
  '元|角|分',
];
const AMOUNT = String.raw`\d{1,9}(?:\.\d{1,6})?`;
/** Each amount with its unit; no unit may go on as a word, and the next amount follows at once, after "and" or after 零. */
const MEASURES = FAMILIES.map((units) => {
  const one = String.raw`${AMOUNT}\s?(?:${units})(?![a-z])`;
  return String.raw`${one}(?:(?:,? and |,? |零|又)?${one})+`;
});
const MEASURE = new RegExp(String.raw`(?<![\d.,])(?:${MEASURES.join('|')})`, 'giu');
const POWER =
  /(?<![\p{L}\d.^])\d{1,30}(?:\.\d{1,30})?(?:\s?(?:[×x*·]|\\times|\\cdot)\s?10)?(?:\^\{?[-−]?\d{1,9}\}?|\*\*[-−]?\d{1,9}|[⁻⁰¹²³⁴-⁹]+)/giu;
const RATIO =
  /(?<![\p{L}\d.:/]|\b(?:week|day|month|year|step|part|case|line|item|room|group|question|problem|option|chapter)s?\s)\d{1,9}(?:\.\d{1,6})?(:| : |：)\d{1,9}(?:\.\d{1,6})?(?:\1\d{1,9})?(?![\d:：/])/giu;

const MODULUS = String.raw`\s?(?:\(mod \d{1,30}\)|\\pmod\{\d{1,30}\}|mod \d{1,30})`;
const BEHIND = new RegExp(`^(?:_\\{?\\d{1,2}\\}?|${MODULUS})`, 'i');
const QUOTIENT = /\d{1,30}\s?(?:余|…{1,2}|R|remainder)\s?$/;

/** What a number is a part of reaches no further than this to either side. */
const AROUND = 40;
/** A number in its base, with its modulus. */
const LONGEST_BEHIND = 288;

/** As it is written; null where the number stands alone. `index` is the number's in `part`. */
export function wholeOf(part: string, index: number, number: string): string | null {
  const start = Math.max(0, index - AROUND);
  const around = part.slice(start, index + number.length + AROUND);
  const at = index - start + number.search(/\d/);
  for (const pattern of [DATE_OR_TIME, MEASURE, POWER, RATIO])
    for (const { 0: whole, index: from } of around.matchAll(pattern))
      if (from <= at && at < from + whole.length && (pattern !== MEASURE || differ(whole))) return whole;
  const behind = BEHIND.exec(part.slice(index + number.length, index + number.length + LONGEST_BEHIND))?.[0];
  if (behind) return number.trim() + behind;
  const before = QUOTIENT.exec(part.slice(start, index))?.[0];
  return before ? before + number : null;
}

/** Says more than an amount and what it is of. */
const SAYS_MORE = /[\d;；]|\b(?:or|and)\b|[或和]/i;

/** The measure that a claim begins with: "5 h 25 min"; the whole claim where it names others, too. null: it is another thing. */
export function measureIn(claim: string): string | null {
  const [found] = claim.slice(0, 2 * AROUND).matchAll(MEASURE);
  if (!found || !/^[\p{L}\s'’:：~≈]{0,24}$/u.test(claim.slice(0, found.index)) || !differ(found[0])) return null;
  const rest = claim.slice(found.index + found[0].length).replace(/^\s*[(（][^()（）]*[)）]/, '');
  return SAYS_MORE.test(rest) ? claim : found[0];
}

/** "5 minutes and 3 minutes" are two amounts, no measure. */
function differ(measure: string): boolean {
  const units = measure.match(/[a-z]+|个?(?!又|零)\p{Script=Han}+/giu)!.filter((word) => word !== 'and');
  return new Set(units.map((unit) => unit.replace(/s$/, ''))).size === units.length;
}
