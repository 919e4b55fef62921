/**
 * Sums in words: "three plus four equals seven", "7 times 2 is 15", "三加五等于九". Figures may stand among them, and signs:
 * "5 × 6 is 31", "5 × 6 等于 31".
 */
import type { Equation } from '../../protocol/reasoning';
import { evaluate, lexemes } from '../../shared/expression';
import { equal, isRounded, toNumber, type Rational } from '../../shared/rational';
import { chineseNumber, englishNumber } from '../../shared/numerals';

interface Word {
  text: string;
  start: number;
  end: number;
}

/** A number, or a sign; and how many words it takes. */
interface Read {
  sign: string;
  length: number;
}

interface Language {
  words(text: string): Word[];
  number(words: readonly Word[], at: number): Read | null;
  operator(words: readonly Word[], at: number): Read | null;
  equals(words: readonly Word[], at: number): Read | null;
  /** Before the first number, or behind the claim: it is a part of something else. */
  before: RegExp;
  after: RegExp;
  /** What is counted may stand behind each number, if it is the same. */
  hasUnits: boolean;
}

const english: Language = {
  words: (text) => matches(text, /[\p{L}]+|\d+(?:[.,]\d+)*|[^\s\p{L}\d]/gu),
  number: (words, at) => figure(words[at]) ?? englishNumber(words, at),
  operator: (words, at) =>
    phrase(words, at, [
      ['+', 'plus'],
      ['-', 'minus'],
      ['*', 'times'],
      ['*', 'multiplied', 'by'],
      ['/', 'divided', 'by'],
      // A hyphen or a slash may be a range or a part: "pages 2 - 3", "1/2 is half".
      ['+', '+'],
      ['*', '×'],
      ['*', '*'],
      ['/', '÷'],
    ]),
  equals: (words, at) =>
    phrase(words, at, [
      ['=', 'is', 'equal', 'to'],
      ['=', 'equals'],
      ['=', 'is'],
      ['=', 'makes'],
      ['=', 'gives'],
      ['=', '='],
    ]),
  before: /^(?:point|plus|minus|times|by|and|of|than|twice|half|[-+*/^√=(×÷·−.,$]|[a-z]|\d.*)$/i,
  after:
    /^(?:and|point|percent|times|plus|minus|divided|multiplied|over|mod|modulo|more|less|fewer|half|halves|thirds?|quarters?|hundredths?|tenths?|to|or|remainder|with|[-+*/^%=:°!×÷·−≈]|[a-z])$/i,
  hasUnits: true,
};

const chinese: Language = {
  words: (text) =>
    matches(text, /[零〇一二两三四五六七八九十百千万亿]+|\d+(?:\.\d+)?|[加减]上?去?|[乘除]以?|[所可]以|等于|[^\s]/gu),
  number: (words, at) => figure(words[at]) ?? chineseNumber(words[at]?.text),
  operator: (words, at) => {
    const sign =
      { 加: '+', 减: '-', 乘: '*', '+': '+', '−': '-', '×': '*', '*': '*', '÷': '/' }[words[at]?.text[0] ?? ''] ??
      (words[at]?.text === '除以' ? '/' : null);
    return sign ? { sign, length: 1 } : null;
  },
  equals: (words, at) => (/^(?:等于|得|是|[=＝])$/.test(words[at]?.text ?? '') ? { sign: '=', length: 1 } : null),
  before: /^(?:[第点之倍减加乘除上去以比几多半]|[-+*/^√=(×÷·−.,]|\d.*|[零〇一二两三四五六七八九十百千万亿]+)/,
  after: /^(?:[分点多余半个倍成几%:°]|[-+*/^=×÷·−≈]|加|减|乘|除)/,
  hasUnits: false,
};

/** In order. Only what is understood to both ends. */
export function wordSums(text: string): Equation[] {
  const inEnglish = /\b(?:plus|minus|times|multiplied|divided)\b|[+×*÷][^=]{1,40}\b(?:is|equals|makes|gives)\b/i.test(
    text,
  )
    ? sumsIn(text, english)
    : [];
  return /[加减乘]|除以|[+×*÷−][^=]{1,40}(?:等于|得|是)/.test(text)
    ? inEnglish.concat(sumsIn(text, chinese))
    : inEnglish;
}

/** Terms of one sum. */
const MOST_TERMS = 16;

function sumsIn(text: string, language: Language): Equation[] {
  const words = language.words(text);
  const found: Equation[] = [];
  for (let at = 0; at < words.length;) {
    const read = sumAt(words, at, language);
    if (read) found.push({ ...read.sum, text: text.slice(read.sum.start, read.sum.end) });
    const number = read ? null : language.number(words, at);
    at = read ? read.next : at + (number?.length ?? 1);
  }
  return found;
}

function sumAt(
  words: readonly Word[],
  first: number,
  language: Language,
): { sum: Omit<Equation, 'text'>; next: number } | null {
  const begun = language.number(words, first);
  if (!begun || language.before.test(words[first - 1]?.text ?? ' ')) return null;
  const units = new Set<string>();
  let at = first + begun.length;
  let expression = begun.sign;
  const unit = (): void => {
    const word = words[at]?.text ?? '';
    const isOther = /^\p{L}{2,}$/u.test(word) && !language.operator(words, at) && !language.equals(words, at);
    if (!language.hasUnits || !isOther) return;
    units.add(word.toLowerCase().replace(/s$/, ''));
    at++;
  };
  let terms = 1;
  for (unit(); terms < MOST_TERMS; terms++) {
    const operator = language.operator(words, at);
    const number = operator && language.number(words, at + operator.length);
    if (!operator || !number) break;
    expression += `${operator.sign}${number.sign}`;
    at += operator.length + number.length;
    unit();
  }
  const equals = terms > 1 && units.size < 2 ? language.equals(words, at) : null;
  const claim = equals && language.number(words, at + equals.length);
  if (!equals || !claim) return null;
  at += equals.length + claim.length;
  const end = words[at - 1].end;
  // "seven apples." ends with the claim; "seven and a half", "7 more" do not.
  const isUnit = units.has((words[at]?.text ?? '').toLowerCase().replace(/s$/, ''));
  if (language.after.test(words[isUnit ? at + 1 : at]?.text ?? ' ')) return null;
  const [computed, stated] = [expression, claim.sign].map((side) => evaluate(lexemes(side) ?? []));
  if (!computed || !stated?.value || computed.isBeyond) return null;
  const isRight = computed.value !== null && equal(computed.value, stated.value);
  // A quotient in whole numbers, or to the decimals given, is no mistake.
  if (!isRight && computed.value && expression.includes('/') && isAbout(computed.value, stated.value, claim.sign))
    return null;
  const sum = {
    start: words[first].start,
    end,
    stated: toNumber(stated.value),
    computed: computed.value && toNumber(computed.value),
    right: isRight,
    rounded: false,
  };
  return { sum, next: at };
}

const isAbout = (computed: Rational, stated: Rational, claim: string): boolean =>
  isRounded(stated, computed, claim.split('.')[1]?.length ?? 0) ||
  (stated.d === 1n && computed.n / computed.d === stated.n);

const matches = (text: string, pattern: RegExp): Word[] =>
  Array.from(text.matchAll(pattern), ({ 0: own, index }) => ({ text: own, start: index, end: index + own.length }));

function figure(word: Word | undefined): Read | null {
  return word && /^(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,15})?$/.test(word.text)
    ? { sign: word.text, length: 1 }
    : null;
}

function phrase(words: readonly Word[], at: number, phrases: readonly string[][]): Read | null {
  const found = phrases.find(([, ...own]) => own.every((word, i) => words[at + i]?.text.toLowerCase() === word));
  return found ? { sign: found[0], length: found.length - 1 } : null;
}
