/**
 * Where a sum that seems wrong may be right in what it means. A false alarm is worse than none, so these are not checked.
 * Each was met in GSM8K's solutions or in what models write.
 */
import type { Equation } from '../../protocol/reasoning';
import type { Side } from './side';
import { evaluate } from '../../shared/expression';
import { divide, equal, rational, type Rational } from '../../shared/rational';

/**
 * After a number: an unknown ("3x"), the rest of a mixed number ("1 1/2", "1 and 1/3", "$3 and $1/3"), of a long one
 * ("18 000", "2万", but not "18千克"), a remainder ("3余2"), a smaller unit ("1小时30分") or a time of day ("1 pm").
 */
const MEANS_MORE =
  /^[a-z]\b|^\s?(?:千(?![克米瓦卡帕赫升焦字])|百(?!分)|[十万亿]|余|\p{Script=Han}{1,3}\d)|^\s+(?:and\s+)?\(?[$€£¥￥]?\d+\s*\/|^\s\d{3}\b|^\s?(?:[ap]\.?m\b|o['’]clock|点)/iu;

/** Before a number that is a name: "Weeks 1-2", "第1-2". */
const IS_NAME =
  /(?:\b(?:weeks?|days?|months?|years?|hours?|rooms?|steps?|parts?|groups?|class(?:es)?|grades?|ages?|pages?|chapters?|levels?|rounds?|games?|numbers?|items?|box(?:es)?|teams?|questions?|problems?|cases?|stages?|phases?|sections?|floors?|lines?|rows?|columns?|equations?)\s*|第)$/i;
/** Before a number that a part is taken of: "half of 10 + 5 = 10", "twice 5 + 3 = 13". */
const TAKES_PART =
  /(?:\b(?:half|thirds?|quarters?|fourths?|fifths?|sixths?|eighths?|tenths?|percent|twice|double|triple)|%|\d)\s+(?:of\s+|as many as\s+)?$/i;

const UNIT =
  /^\s?(?:cents?|¢|h(?:ou)?rs?|min(?:ute)?s?|days?|weeks?|months?|years?|kg|kilo\w*|g(?:rams?)?|[ckm]?m|(?:centi|milli)?met(?:er|re)s?|feet|foot|ft|inch(?:es)?|yards?|miles?|[mM]?[lL]|lit(?:er|re)s?|cups?|pints?|quarts?|gallons?|dozens?|pounds?|lbs?|oz|ounces?|tons?)\b|^(?:小时|分钟|[天周月年吨米升打元角分]|[千公毫厘]?[克米斤里升]|个月)/;
/** How many of a smaller unit make a larger one. */
const UNIT_FACTORS = [7, 12, 16, 24, 60, 100, 365, 1000, 3600].map((factor) => rational(BigInt(factor)));

/** What may not stand right before a side: the rest of a longer expression, or what nobody has read. */
const OPEN_BEFORE =
  // "1,000 + 5 = 6" was cut; "First, 12 + 5 = 17" was not.
  // Chinese writes no space between a word and a number; only its numerals are a part of one.
  /[-+*/^)\d]\s*[$€£¥￥]?$|(?:(?!\p{Script=Han})\p{L}|[十百千万亿_({[,.|√∑∏∫'′°])[$€£¥￥]?$|[√∑∏∫±]\s*$|[\d)\p{No}]\s*x\s*$|\d:$/u;
/** A bracket that holds a unit, "= 9（艘）", goes on with nothing. */
const OPEN_AFTER =
  /^\s*(?:[+*/^±]|\((?!(?:\p{Script=Han}+|\p{L}{2,12})\)))|^\s*-\s*[\d(]|^:\d|^[°′|]|^(?:(?!\p{Script=Han})\p{L}|[十百千万亿_])*[.,]?\d/u;

/** The number is what a function is taken of, or a part of an address. */
const IS_ARGUMENT =
  /(?:\b(?:sin|cos|tan|cot|sec|csc|log|lg|ln|exp|lim|max|min|gcd|lcm|det|floor|ceil|abs|sqrt|cbrt)\.?\s{0,3}\(?|:\/\/\S{0,70})$/i;

export const isOpenBefore = (before: string): boolean => OPEN_BEFORE.test(before) || IS_ARGUMENT.test(before);

/** "24 apples * 1/2 = 12", "f(2) + 1 = 3", "= 4 apples * 3": what was read is only a piece of what is claimed. */
export function isPartOfMore(text: string, left: Side, right: Side): boolean {
  const { before, after } = around(text, left, right);
  // "S + 143 = 184": the sign belongs to what could not be read.
  if (left.list[0].kind === 'operator' && /[\p{L}\d]\s*$/u.test(before)) return true;
  return isOpenBefore(before) || OPEN_AFTER.test(after);
}

/** What is in the same line, so far as it matters. */
export function around(text: string, left: Side, right: Side): { before: string; after: string } {
  const [before, after] = [text.slice(Math.max(0, left.start - 80), left.start), text.slice(right.end, right.end + 80)];
  const lineEnds = after.indexOf('\n');
  return {
    before: before.slice(before.lastIndexOf('\n') + 1),
    after: lineEnds < 0 ? after : after.slice(0, lineEnds),
  };
}

/** "2026-11-28", "28-11-2026", "1999/12/31": a day, however a sum is written. */
function isDate(written: string): boolean {
  const [, a, mark, b, c] = /^\s*(\d{1,4})([-/])(\d{1,2})\2(\d{1,4})\s*$/.exec(written) ?? [];
  if (mark === undefined) return false;
  const [year, others] = a.length === 4 ? [a, [b, c]] : [c, [a, b]];
  const [low, high] = others.map(Number).sort((one, other) => one - other);
  return year.length === 4 && low >= 1 && low <= 12 && high >= 1 && high <= 31;
}

/** Whether what is around the sum, or how it is written, leaves a doubt of what it claims. Both sides are of `text`. */
export function isDoubtful(text: string, left: Side, right: Side): boolean {
  const { before, after } = around(text, left, right);
  return (
    isShare(left, right) ||
    [left, right].some((side) => isDate(text.slice(side.start, side.end))) ||
    MEANS_MORE.test(after) ||
    // "Week 1 + Week 2 = 35 + 35", "remaining 10 = 62,300/10": the number belongs to the words before it.
    ((left.operators === 0 || (isRange(left) && right.operators > 0)) && /\p{L}['’.]?\s*[$€£¥￥]?$/u.test(before)) ||
    IS_NAME.test(before) ||
    TAKES_PART.test(before) ||
    isConverted(left, right, after) ||
    leavesRemainder(left, right, before, after) ||
    // "25 / 1/3 = 75" divides by a third.
    [left, right].some(({ list }) => /\/ ?\S+ ?\//.test(spaced(list))) ||
    isRunningOn(text, left, right) ||
    mixesPercent(left, right) ||
    // "14, 400 / 80 = 180" is a number that a space went into.
    (/\d, [$€£¥￥]?$/.test(before) && left.list[0].text.length === 3) ||
    // 0900 - 0130 are times of day.
    [...left.list, ...right.list].some(({ text: number }) => /^0\d/.test(number))
  );
}

const spaced = (list: Side['list']): string => list.map(({ text }) => text).join(' ');

/** "He eats 1/3 = 9 of them": a proper fraction, and how many that are. */
function isShare({ list, value }: Side, right: Side): boolean {
  const signs = list.filter(({ kind }) => kind === 'operator');
  const isFraction = signs.length === 1 && signs[0].text === '/' && value !== null && value.n < value.d;
  return isFraction && right.value !== null && right.value.n >= right.value.d;
}

/** "Weeks 1-2 = 96 - 70". */
const isRange = ({ list }: Side): boolean => list.length === 3 && list[1].text === '-';

/** "$2.50 - $2.24 = 26 cents", "60 + 30 = 1.5 hours". */
function isConverted(left: Side, right: Side, after: string): boolean {
  if (!left.value || !right.value || !UNIT.test(after) || left.value.n === 0n || right.value.n === 0n) return false;
  return isUnitRatio(left.value, right.value);
}

/** "60 = 1", of minutes and hours: one is as many times the other as a unit is of a smaller one. Neither is 0. */
export function isUnitRatio(left: Rational, right: Rational): boolean {
  const [one, other] = [divide(left, right), divide(right, left)];
  return UNIT_FACTORS.some((factor) => equal(factor, one) || equal(factor, other));
}

/** "13 / 6 = 2 full cycles with a remainder of 1". */
function leavesRemainder(left: Side, right: Side, before: string, after: string): boolean {
  if (!left.value || !right.value || right.operators > 0) return false;
  const isWhole = right.value.d === 1n && left.value.n / left.value.d === right.value.n;
  return isWhole && tellsRemainder(before, after);
}

/** Whether what stands beside a result says that something remains. */
export const tellsRemainder = (before: string, after: string): boolean =>
  /^[^\n]*(?:remainder|left ?over|余|剩)/.test(after) || /remainder|余/.test(before);

/** "3/2 = 1.50 + 3.00 = 4.50", "45/300 = 15% of 300": the text goes on after the result. */
function isRunningOn(text: string, left: Side, right: Side): boolean {
  if (!left.value || right.operators === 0) return false;
  const isPercent = right.list[1].kind === 'percent';
  const first = evaluate(right.list.slice(0, isPercent ? 2 : 1))?.value;
  const goesOn = isPercent || /^\s*=/.test(around(text, left, right).after);
  return goesOn && first != null && equal(first, left.value);
}

/** "200 + 10% = 220" and "48 = 100% + 20%" add what is no percentage to what is one; "$7500 / 75% = $100" counts in per cent. */
function mixesPercent(left: Side, right: Side): boolean {
  const all = [...left.list, ...right.list];
  const count = (wanted: string): number => all.filter(({ kind }) => kind === wanted).length;
  if (count('percent') === 0) return false;
  const isAdded = all.every(({ kind, text }) => kind !== 'operator' || /^[-+]$/.test(text));
  return (isAdded && count('percent') < count('number')) || /\/ \S+ %/.test(spaced(all));
}

/** Before what is only supposed, right before it: "suppose 3 + 4 = 8", 假设. */
const SUPPOSED =
  /(?:\b(?:whether|suppose|supposing|assume|assuming|imagine|maybe|perhaps)(?:\s+(?:that|we\s+say))?|假设|假如|倘若|也许|是否)\s*[:：,，]?\s*$/i;
const IF = /(?:\bif(?:\s+(?:that|we\s+say))?|如果)\s*[:：,，]?\s*$/i;
/** Behind what is asked in the same line: at most a unit, three words where it is begun as a question. "…, right?" is said of a claim. */
const ASKED =
  /^[^\S\n]*(?:(?!right\b|correct\b|ok\b|yes\b)(?:or not|[a-z]+|\p{Script=Han}{1,2}))?[^\S\n]*[?？]|^[^\S\n]*吗/iu;
const ASKED_AT_LENGTH = /^(?:[^\S\n]*[a-z]+){0,3}[^\S\n]*[?？]/i;
const BEGUN_AS_QUESTION = /\b(?:is|does|do|can|could|would|are)\s+$/i;

/** Whether a sum is a question or a hypothesis: it is not claimed, so that it is no wrong one either. */
export function isNotClaimed(text: string, { start, end, stated }: Equation): boolean {
  const [before, after] = [text.slice(Math.max(0, start - 30), start), text.slice(end, end + 60)];
  if (ASKED.test(after) || SUPPOSED.test(before)) return true;
  if (BEGUN_AS_QUESTION.test(before) && ASKED_AT_LENGTH.test(after)) return true;
  return IF.test(before) && !computesWith(text.slice(end, end + 200).split('\n', 1)[0], stated);
}

/** "If 12 × 5 = 70, we need 70 + 8": what is said after "if" is taken for a fact. */
const computesWith = (rest: string, value: number): boolean =>
  Array.from(rest.matchAll(/(?<![\d.,])(\d[\d,]*(?:\.\d+)?)\s*[-+−*×/÷]|[-+−*×/÷]\s*(\d[\d,]*(?:\.\d+)?)/g)).some(
    ([, one, other]) => Number((one ?? other).replaceAll(',', '')) === value,
  );
