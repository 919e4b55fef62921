/**
 * The sums in a step, each checked exactly: GSM8K's calculator marks, `<<48/2=24>>`, and what is written out, "48 / 2 = 24".
 * A sum that is written out around its own mark counts once, as the mark. What is not surely a sum is left alone.
 */
import type { Equation } from '../../protocol/reasoning';
import { atOnce, type Work } from '../import/work';
import { approximation, congruence, division, modulusOf, type Judged } from './claims';
import { around, isDoubtful, isNotClaimed, isOpenBefore, isPartOfMore, isUnitRatio } from './doubts';
import { CHOOSE, evaluate, isSkipped, lexemeAt, type Lexeme } from '../../shared/expression';
import { equal, isRounded, toNumber, type Rational } from '../../shared/rational';
import { inEnglish, isRightOtherwise, notationOf, type Notation } from './notations';
import { sideOf, type Side } from './side';
import { spell } from './spelling';
import { isRestOfAmount, unitSums } from './unitSums';
import { wordSums } from './wordSums';

/** UTF-16 units of a text that are read at once: a longer one is read in pieces, so that nobody has to wait for all of it. */
const PIECE = 1 << 15;
/** Around a piece, which is read with it: farther than any sum reaches and anything is looked at beside one. */
const BESIDE = 1 << 11;

/** Lexemes that a side is looked for in: bounds the time on hostile text. */
const MAX_LEXEMES = 64;

/**
 * Equations with their UTF-16 places in `text`, in order.
 * @param notation what the whole text says of its numbers, where `text` is a part of it
 */
export const findEquations = (text: string, notation: Notation = notationOf(text)): Equation[] =>
  text.length <= PIECE ? equationsIn(text, notation) : atOnce(equationsInPieces(text, notation));

/** The same in pieces. What goes on for longer than BESIDE, between two of them, is no sum. */
export function* equationsInPieces(text: string, notation: Notation, piece = PIECE): Work<Equation[]> {
  const found: Equation[] = [];
  for (let start = 0; start < text.length; start += piece) {
    const from = Math.max(0, start - BESIDE);
    const end = start + piece;
    for (const one of equationsIn(text.slice(from, end + BESIDE), notation)) {
      const placed = { ...one, start: one.start + from, end: one.end + from };
      if (placed.start >= start && placed.start < end && placed.end <= end + BESIDE / 2) found.push(placed);
    }
    yield Math.min(1, end / text.length);
  }
  return found;
}

/** Where the text's commas are taken for decimal signs, what is right as English reads it is no alarm. */
function equationsIn(text: string, notation: Notation): Equation[] {
  const found = readEquations(text, notation);
  if (!notation.hasDecimalComma || found.every(({ right }) => right)) return found;
  const others = readEquations(text, { ...notation, hasDecimalComma: false }).filter(({ right }) => right);
  return found.filter((one) => one.right || !others.some(({ start, end }) => start < one.end && end > one.start));
}

function readEquations(text: string, notation: Notation): Equation[] {
  const english = inEnglish(text, notation);
  const inUnits = unitSums(english, notation).map((sum) => ({
    ...(notation.hasDecimalComma ? { ...sum, ...inCommas(sum) } : sum),
    text: text.slice(sum.start, sum.end),
  }));
  const inWords = [...inUnits, ...wordSums(text)];
  inWords.sort(byStart);
  if (!/[=＝≈≃≅≡]|\\(?:approx|equiv)/.test(text)) return inWords.filter((sum) => sum.right || !isNotClaimed(text, sum));
  const { plain, placeOf } = spell(english);
  const marks = [...plain.matchAll(/<<([^<>\n]*)>>/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  const found: Equation[] = [];
  const add = (judged: Judgement | undefined, start: number, end: number, isMark: boolean): void => {
    if (!judged) return;
    const place = placeOf(start, end);
    const written = text.slice(place.start, place.end);
    // LaTeX and the stars of bold are shown as what they mean.
    const shown = isMark ? written.slice(2, -2) : /\\|\*\*|&/.test(written) ? tidy(plain.slice(start, end)) : written;
    const own = notation.hasDecimalComma ? inCommas(judged) : judged;
    found.push({ text: shown.replace(/ {2,}/g, ' ').trim().replaceAll(CHOOSE, ' choose '), ...place, ...own });
  };
  for (const { start, end } of marks) {
    const middle = plain.lastIndexOf('=', end - 3);
    if (middle < start) continue;
    const [left, right] = [sideOf(plain, start + 2, middle), sideOf(plain, middle + 1, end - 2)];
    add(left && right && check(left, right, true), start, end, true);
  }
  let mark = 0;
  /** What the last sum rightly came to. */
  let chain: Side | undefined;
  for (const { index: at, 0: sign } of plain.matchAll(/[=≈≡]/g)) {
    while (mark < marks.length && marks[mark].end <= at) mark++;
    if (mark < marks.length && at >= marks[mark].start) continue;
    const right = sideAfter(plain, at + 1);
    const left = sideBefore(plain, at);
    if (!right || !left) continue;
    // The sign of money belongs to its number.
    const hasSign = /[$€£¥￥]/.test(plain[left.start - 1] ?? '') && !opensFormula(plain, left.start - 1, right.end);
    const start = hasSign ? left.start - 1 : left.start;
    const said =
      judged(plain, sign, left, right, notation) ?? (sign === '=' ? goneOn(plain, chain, left, right) : undefined);
    if (said && sign === '=' && left.operators > 0 && right.operators === 0 && said.judgement.right) chain = right;
    add(said?.judgement, start, right.end + (said?.more ?? 0), false);
  }
  // 300克 - 800克 = 1500 is a part of what 2千克300克 - 800克 = 1500克 claims.
  const read = found.filter(
    ({ start, end, right }) =>
      !inUnits.some((one) => one.start <= start && end <= one.end) && (right || !isRestOfAmount(english, start)),
  );
  read.sort(byStart);
  let next = 0;
  const unread = inWords.filter(({ start, end }) => {
    while (next < read.length && read[next].end <= start) next++;
    return next === read.length || read[next].start >= end;
  });
  return [...read, ...unread].filter((sum) => sum.right || !isNotClaimed(text, sum)).sort(byStart);
}

/** What it is, in the notation that the text has. */
function inCommas(judged: Judgement): Judgement {
  const { right, computed, computedText } = judged;
  if (right || computed === null) return judged;
  return { ...judged, computedText: (computedText ?? String(computed)).replace('.', ',') };
}

/** LaTeX's fractions without the brackets that no reader needs: "((10 - 3)/(12)) = (8/12)" is (10 - 3)/12 = 8/12. */
const tidy = (sum: string): string =>
  sum
    .replace(/(?<![\^√\p{L}])\((\d[\d.]*)\)(?=\/)|(?<=\/)\((\d[\d.]*)\)/gu, '$1$2')
    .replace(/(?<=^\$?|[-=≈+] ?)\(((?:\([^()]*\)|[\d.]+)\/(?:\([^()]*\)|[\d.]+))\)(?= ?[-=≈+]|$)/g, '$1')
    .replace(/^\$(?=\d+\/)/, '');

/** Whether a dollar is LaTeX's: it has its other one behind the sum, which begins no amount of money. */
function opensFormula(plain: string, at: number, end: number): boolean {
  if (plain[at] !== '$' || plain.slice(at + 1, end).includes('$')) return false;
  if (plain[at - 1] === '$') return true;
  const rest = plain.slice(end, end + 200).split('\n', 1)[0];
  return /^[^$]*\$(?![\d.])/.test(rest);
}

const byStart = (a: Equation, b: Equation): number => a.start - b.start;

type Judgement = Omit<Equation, 'text' | 'start' | 'end'>;

/** What can be said of a claim, and how much behind it belongs to it; undefined where it is not surely understood to both ends. */
function judged(plain: string, sign: string, left: Side, right: Side, notation: Notation): Said | undefined {
  const { before, after } = around(plain, left, right);
  const congruent = modulusOf(after);
  if (congruent || sign === '≡') {
    if (!congruent || isOpenBefore(before) || left.operators === 0 || left.isBeyond) return undefined;
    return asSaid(congruence(left, right, congruent.modulus), right, congruent.more);
  }
  const remains = isOpenBefore(before) ? null : division(left, right, after);
  if (remains) return asSaid(remains, right, remains.more);
  if (isPartOfMore(plain, left, right)) return undefined;
  if (sign === '≈') {
    if (left.operators === 0 || left.isBeyond || right.isBeyond || isDoubtful(plain, left, right)) return undefined;
    return asSaid(approximation(left, right), right);
  }
  const judgement = check(left, right, false);
  if (!judgement) return undefined;
  const isDoubt =
    !judgement.right && (isDoubtful(plain, left, right) || isRightOtherwise(left.list, right.list, after, notation));
  return isDoubt ? undefined : { judgement, more: 0 };
}

/** "12 - 5 = 7 = 8": a result that is said to be another number. */
function goneOn(plain: string, result: Side | undefined, left: Side, right: Side): Said | undefined {
  if (!result || left.start !== result.start || left.end !== result.end || right.operators > 0) return undefined;
  if (!left.value || !right.value || equal(left.value, right.value)) return undefined;
  const isPlain = [left, right].every(({ list }) => list.length === 1 && !list[0].text.includes('.'));
  const { after } = around(plain, left, right);
  if (!isPlain || /^[^\S\n]?[\p{L}%°/]/u.test(after) || isPartOfMore(plain, left, right)) return undefined;
  const isZero = left.value.n === 0n || right.value.n === 0n;
  const isDoubt =
    (!isZero && isUnitRatio(left.value, right.value)) || isDoubtful(plain, { ...left, operators: 1 }, right);
  const judgement = { stated: toNumber(right.value), computed: toNumber(left.value), right: false, rounded: false };
  return isDoubt ? undefined : { judgement, more: 0 };
}

interface Said {
  judgement: Judgement;
  more: number;
}

function asSaid(judged: Judged | undefined, { value }: Side, more = 0): Said | undefined {
  if (!judged || !value) return undefined;
  const { right, rounded, computed } = judged;
  return { judgement: { stated: toNumber(value), computed: toNumber(computed), right, rounded }, more };
}

/** One side has the sum, the other the number that is claimed. */
function check(left: Side, right: Side, isMark: boolean): Omit<Equation, 'text' | 'start' | 'end'> | undefined {
  // "x = 5" and "5 = 5" claim nothing unless they are marked; "8 = 5 + 3" claims what "5 + 3 = 8" does.
  if (left.operators + right.operators === 0 && !isMark) return undefined;
  if (left.isBeyond || right.isBeyond) return undefined;
  const [sum, claim] = left.operators > 0 ? [left, right] : [right, left];
  if (!claim.value) return undefined;
  const asWritten = compare(sum.value, claim.value, claim);
  const inPercent = asWritten.right ? null : percentReading(sum, claim);
  const { right: isRight, rounded, stated, computed } = inPercent?.right ? inPercent : asWritten;
  const inFractions = computed && computed.d !== 1n && (isFraction(claim.list) || addsFractions(sum.list));
  return {
    stated: toNumber(stated),
    computed: computed && toNumber(computed),
    ...(!isRight && inFractions && { computedText: `${computed.n}/${computed.d}` }),
    ...(!isRight && computed && !inFractions && cutDecimals(toNumber(computed), claim.list)),
    right: isRight,
    rounded,
  };
}

const shapeOf = (list: readonly Lexeme[]): string =>
  list.map(({ kind, text }) => (kind === 'number' && /^\d+$/.test(text) ? 'n' : text)).join('');

/** What never ends is told to two places more than is claimed, at least four digits: "14.3529…". */
function cutDecimals(value: number, claim: readonly Lexeme[]): { computedText: string } | undefined {
  const [whole, decimals = ''] = String(value).split('.');
  const claimed = 2 + Math.max(...claim.map(({ text }) => text.split('.')[1]?.length ?? 0));
  // Of what is smaller than 1, digits count from the first that is none: 0.000003333….
  const zeros = Number(whole) === 0 ? decimals.search(/[^0]/) : 0;
  const told = Math.max(4 + zeros, claimed);
  return decimals.length > told + 4 && !/e/.test(decimals)
    ? { computedText: `${whole}.${decimals.slice(0, told)}…` }
    : undefined;
}

/** "2/5", "-2/5": what comes out is told in the same way. */
const isFraction = (list: readonly Lexeme[]): boolean =>
  /^[-+]?n\/n$/.test(shapeOf(list.filter(({ kind }) => kind !== 'open' && kind !== 'close')));

/** "1/2 + 1/3", with no decimals. */
const addsFractions = (list: readonly Lexeme[]): boolean => /^n\/n(?:[-+]n\/n)+$/.test(shapeOf(list));

interface Compared {
  stated: Rational;
  computed: Rational | null;
  right: boolean;
  rounded: boolean;
}

function compare(computed: Rational | null, stated: Rational, { list, operators }: Side): Compared {
  const exact = computed !== null && equal(computed, stated);
  const decimals = Math.max(0, ...list.map(({ text: number }) => number.split('.')[1]?.length ?? 0));
  // 100 / 3 = 33.33 is right as far as it goes. Whole numbers claim to be exact, whole percentages do not.
  const isPercent = list.at(-1)!.kind === 'percent';
  const isRough = !exact && computed !== null && (decimals > 0 || isPercent) && operators === 0;
  const unit = isPercent && stated.d !== 1n ? 2 : 0;
  const rounded = isRough && isRounded(stated, computed, decimals + unit);
  return { stated, computed, right: exact || rounded, rounded };
}

/** "15 / 60 * 100 = 25%" and "1.2 × 100% = 120": the sign is a unit, the number is already in per cent. */
function percentReading(sum: Side, claim: Side): Compared | null {
  const signs = ({ list }: Side): Lexeme[] => list.filter(({ kind }) => kind === 'percent');
  const isOfAll = sum.list.every(({ kind }, i) => kind !== 'percent' || sum.list[i - 1].text === '100');
  if (signs(sum).length === 0 ? signs(claim).length === 0 : !isOfAll) return null;
  const [computed, stated] = [sum, claim].map(({ list }) => evaluate(list.filter(({ kind }) => kind !== 'percent')));
  return stated?.value ? compare(computed?.value ?? null, stated.value, claim) : null;
}

/** The longest expression that begins right after the sign. */
function sideAfter(text: string, from: number): Side | undefined {
  const list: Lexeme[] = [];
  for (let at = from; at < text.length && list.length < MAX_LEXEMES;) {
    if (isSkipped(text[at])) at++;
    else {
      const lexeme = lexemeAt(text, at);
      if (!lexeme || isLetterSign(text, lexeme)) break;
      list.push(lexeme);
      at = lexeme.end;
    }
  }
  return longest(list, (length) => list.slice(0, length));
}

/** The longest expression that ends right before the sign. */
function sideBefore(text: string, to: number): Side | undefined {
  let start = to;
  while (start > 0 && /[\d.,%()+\-*/^xX \t$€£¥￥√!\uE001]/.test(text[start - 1]) && to - start < 400) start--;
  // A number that the scan's edge went through is no number.
  const list: Lexeme[] = [];
  for (let at = start; at < to;) {
    const lexeme = isSkipped(text[at]) ? null : lexemeAt(text, at);
    if (lexeme && !isLetterSign(text, lexeme)) list.push(lexeme);
    // What is no arithmetic (a stray comma) separates: only what follows it can be the side.
    else if (!isSkipped(text[at])) list.length = 0;
    at = lexeme?.end ?? at + 1;
  }
  const near = list.slice(-MAX_LEXEMES);
  return longest(near, (length) => near.slice(near.length - length));
}

/** "x" is a sign of multiplication only between numbers, not in a word or as an unknown. */
function isLetterSign(text: string, { kind, start, end }: Lexeme): boolean {
  if (kind !== 'operator' || !/[a-z]/i.test(text[start])) return false;
  return (
    !/[\d)%\s]$/.test(text.slice(Math.max(0, start - 1), start)) ||
    !/^\s*[\d.(]|^\s*[$€£¥]/.test(text.slice(end, end + 8))
  );
}

function longest(list: readonly Lexeme[], take: (length: number) => Lexeme[]): Side | undefined {
  for (let length = list.length; length > 0; length--) {
    const part = take(length);
    const value = evaluate(part);
    if (value) return { ...value, start: part[0].start, end: part.at(-1)!.end, list: part };
  }
  return undefined;
}
