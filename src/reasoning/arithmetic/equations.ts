/**
 * The sums in a step, each checked exactly. Two spellings: GSM8K's calculator marks, `<<48/2=24>>`, and plain
 * arithmetic, "48 / 2 = 24". A sum that is written out around its own mark counts once, as the mark.
 */
import type { Equation } from '../../protocol/reasoning';
import { evaluate, isSkipped, lexemeAt, lexemes, type Lexeme, type Value } from './expression';
import { equal, isRounded, toNumber } from './rational';

/**
 * After a number: an unknown ("3x"), the rest of a mixed number ("1 1/2", "1 and 1/3"), of a long one ("18 000", "2万", but not
 * "18千克"), a remainder ("3余2") or a smaller unit ("1小时30分").
 */
const MEANS_MORE =
  /^[a-z]\b|^\s?(?:千(?![克米瓦卡帕赫升焦字])|百(?!分)|[十万亿]|余|\p{Script=Han}{1,3}\d)|^\s+(?:and\s+)?\d+\s*\/|^\s\d{3}\b/iu;

/** Lexemes that a side is looked for in: bounds the time on hostile text. */
const MAX_LEXEMES = 64;

/** Equations with their UTF-16 places in `text`, in order. */
export function findEquations(text: string): Equation[] {
  const marks = [...text.matchAll(/<<([^<>\n]*)>>/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    inner: match.index + 2,
  }));
  const found: Equation[] = marks.flatMap(({ start, end, inner }) => markedEquation(text, start, end, inner) ?? []);
  for (const match of text.matchAll(/[=＝]/g)) {
    const at = match.index;
    if (marks.some(({ start, end }) => at >= start && at < end)) continue;
    const right = sideAfter(text, at + 1);
    const left = sideBefore(text, at);
    if (!right || !left) continue;
    if (isPartOfMore(text, left, right)) continue;
    // The sign of money belongs to its number.
    const start = /[$€£¥￥]/.test(text[left.start - 1] ?? '') ? left.start - 1 : left.start;
    const equation = check(text, start, right.end, left, right);
    // "He eats 1/3 = 9 of them" tells a share of something, "26 = 5 + 3x" is algebra: not what they seem.
    const meansMore = isShare(left) || MEANS_MORE.test(text.slice(right.end, right.end + 16));
    if (equation && (equation.right || !meansMore)) found.push(equation);
  }
  return found.sort((a, b) => a.start - b.start);
}

/** "24 apples * 1/2 = 12", "f(2) + 1 = 3", "= 4 apples * 3": what was read is only a piece of what is claimed. */
function isPartOfMore(text: string, left: Side, right: Side): boolean {
  const before = text.slice(Math.max(0, left.start - 8), left.start);
  const after = text.slice(right.end, right.end + 8);
  // "S + 143 = 184": the sign belongs to what could not be read.
  if (left.list[0].kind === 'operator' && /[\p{L}\d]\s*$/u.test(before)) return true;
  return (
    // "1,000 + 5 = 6" was cut; "First, 12 + 5 = 17" was not.
    // Chinese writes no space between a word and a number; only its numerals are a part of one.
    /[-+*/^×÷·−)\d]\s*$|(?:(?!\p{Script=Han})\p{L}|[十百千万亿_({[,.])$/u.test(before) ||
    /^\s*[+*/^×÷·(]|^\s*[-−]\s*[\d(]|^(?:(?!\p{Script=Han})\p{L}|[十百千万亿_])*[.,]?\d/u.test(after)
  );
}

/** A proper fraction and nothing else. */
function isShare({ list, value }: Side): boolean {
  const signs = list.filter(({ kind }) => kind === 'operator');
  return signs.length === 1 && signs[0].text === '/' && value !== null && value.n < value.d;
}

interface Side extends Value {
  start: number;
  end: number;
  list: Lexeme[];
}

function markedEquation(text: string, start: number, end: number, inner: number): Equation | undefined {
  const middle = text.lastIndexOf('=', end - 3);
  if (middle < inner) return undefined;
  const left = sideOf(text, inner, middle);
  const right = sideOf(text, middle + 1, end - 2);
  return left && right && check(text, start, end, left, right, text.slice(inner, end - 2));
}

function sideOf(text: string, start: number, end: number): Side | undefined {
  const list = lexemes(text, start, end);
  const value = list && evaluate(list);
  return value ? { ...value, start, end, list: list! } : undefined;
}

/** The shorter text has the sum, the longer one the number that is claimed. */
function check(
  text: string,
  start: number,
  end: number,
  left: Side,
  right: Side,
  shown?: string,
): Equation | undefined {
  // "x = 5" and "5 = 5" claim nothing unless they are marked; "8 = 5 + 3" claims what "5 + 3 = 8" does.
  if (left.operators + right.operators === 0 && shown === undefined) return undefined;
  const [sum, claim] = left.operators > 0 ? [left, right] : [right, left];
  if (!claim.value) return undefined;
  const decimals = Math.max(0, ...claim.list.map(({ text: number }) => number.split('.')[1]?.length ?? 0));
  const exact = sum.value !== null && equal(sum.value, claim.value);
  // 100 / 3 = 33.33 is right as far as it goes. Whole numbers claim to be exact.
  const rounded =
    !exact &&
    sum.value !== null &&
    decimals > 0 &&
    claim.operators === 0 &&
    isRounded(claim.value, sum.value, decimals);
  return {
    text: shown ?? text.slice(start, end).trim(),
    start,
    end,
    stated: toNumber(claim.value),
    computed: sum.value && toNumber(sum.value),
    right: exact || rounded,
    rounded,
  };
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
  while (start > 0 && /[\d.,%()+\-*/^xX×·∗÷∕−–＋－＊／（）％ \t\u3000$€£¥￥]/.test(text[start - 1]) && to - start < 400)
    start--;
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
