/** Is a text a table or a list of data, in which nobody reasons: CSV, TSV, a Markdown table, "name: value" line by line? */
import { findEquations } from '../arithmetic/equations';

/** Fewer rows are too few to tell. */
const FEWEST = 3;
const MOST_LINES = 2000;
/** UTF-16 units of a line; longer ones are no row that a person reads. */
const LONGEST = 2000;
/** Of the lines, those that have to have the same number of cells. */
const SHARE = 0.9;
/** More words in most of the cells are sentences with commas in them. */
const MOST_WORDS = 4;
const SEPARATORS = [',', '\t', ';', '|'] as const;

/** A name and what it comes to, and nothing else: "- apples: 12", "Anna = 8". */
const PAIR =
  /^(?:[-*+•][ \t]+)?[\p{L}_][\p{L}\d_ .()/-]{0,40}\s?[:：=]\s?[-+]?[$€£¥￥]?\d[\d.,]{0,20}\s?[%\p{L}°/]{0,8}$/u;
/** The same without a sign between them: "eggs 12", "- 3 apples". */
const PLAIN_PAIR =
  /^(?:[-*+•][ \t]+|\d{1,3}[.)][ \t]+)?(?:[\p{L}_][\p{L}\d_ ()/-]{0,40}\s\d[\d.,]{0,20}\s?[%\p{L}°/]{0,8}|\d[\d.,]{0,20}\s?[\p{L}_][\p{L}\d_ ()/-]{0,24})$/u;
/** What says why is reasoning, however it is laid out. */
const REASONS = /[?？]|\b(?:so|thus|hence|therefore|because|then|since|answer)\b|所以|因此|因为|答|解/i;
/** What sums up may be, where it is more than a column's or a row's name. */
const SUMS_UP = /\b(?:total|altogether|sum|left|remain\w*|mean|average)\b|共|剩|平均/i;
/** A name is no longer than this: words, and Chinese characters. */
const LONGEST_NAME = /^(?:\S+\s){0,2}\S{1,24}$/;
const RULE = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+\|?\s*$/;

/**
 * Only where hardly a doubt is left; one sum outside of the rows' cells is enough for a doubt.
 * @param withTotals whether a list of names and values may name a total, too: enough to ask, not to refuse
 */
export function isDataTable(text: string, withTotals = false): boolean {
  const lines = text
    .split('\n', MOST_LINES)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length < FEWEST || lines.some((line) => line.length > LONGEST)) return false;
  const isTable =
    hasRule(lines) || SEPARATORS.some((separator) => isInColumns(lines, separator)) || isPairs(lines, withTotals);
  return isTable && lines.every((line) => findEquations(line).length === 0);
}

/** A Markdown table and hardly anything around it. */
const hasRule = (lines: readonly string[]): boolean =>
  lines.some((line) => RULE.test(line)) && lines.filter((line) => line.includes('|')).length >= SHARE * lines.length;

function isInColumns(lines: readonly string[], separator: string): boolean {
  const rows = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '""').split(separator));
  const columns = rows[0].length;
  if (columns < 2 || rows.filter(({ length }) => length === columns).length < SHARE * rows.length) return false;
  const cells = rows.flat().map((cell) => cell.trim());
  const short = cells.filter((cell) => cell.split(/\s+/).length <= MOST_WORDS && !/[.!?。！？]$/.test(cell));
  // "x = 3; y = 2" has the same signs in each line, too.
  const hasNumbers = cells.filter((cell) => /^[-+]?[$€£¥￥]?\d[\d.:/-]*\s?%?$/.test(cell)).length >= rows.length - 1;
  return short.length >= SHARE * cells.length && hasNumbers && !cells.some(reasons);
}

const reasons = (cell: string): boolean =>
  REASONS.test(cell.slice(0, 400)) || (SUMS_UP.test(cell.slice(0, 400)) && !LONGEST_NAME.test(cell));

const isPairs = (lines: readonly string[], withTotals: boolean): boolean =>
  lines.every((line) => PAIR.test(line) || (withTotals && PLAIN_PAIR.test(line))) &&
  !lines.some((line) => REASONS.test(line) || (!withTotals && SUMS_UP.test(line)));
