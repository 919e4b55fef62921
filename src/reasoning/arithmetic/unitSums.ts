/**
 * Sums and conversions that mix units of one kind, each in one line: "1 h 30 min + 45 min = 2 h 15 min", "2 m 30 cm = 230 cm",
 * 3元5角 = 35角. What is not understood to both ends is left alone, and what is wrong only where nothing else may be meant.
 */
import type { Equation } from '../../protocol/reasoning';
import {
  add,
  divide,
  equal,
  isRounded,
  multiply,
  parseDecimal,
  rational,
  subtract,
  toNumber,
  type Rational,
} from '../../shared/rational';
import { unitOf, UNITS } from '../../shared/units';
import type { Notation } from './notations';
import { isOpen, mayBeMeant, type Amount, type Part, type Unit } from './unitDoubts';

/** What a word may be; of the others the shared table says it. */
const OWN: Readonly<Record<string, readonly Unit[]>> = {
  m: [
    { kind: 'm', factor: '1' },
    { kind: 's', factor: '60' },
  ],
  分: [
    { kind: 's', factor: '60' },
    { kind: '元', factor: '0.01' },
  ],
  ms: [{ kind: 's', factor: '0.001' }],
  钟头: [{ kind: 's', factor: '3600' }],
  元: [{ kind: '元', factor: '1' }],
  块: [{ kind: '元', factor: '1' }],
  角: [{ kind: '元', factor: '0.1' }],
  毛: [{ kind: '元', factor: '0.1' }],
  yuan: [{ kind: '元', factor: '1' }],
  $: [{ kind: '$', factor: '1' }],
  '€': [{ kind: '€', factor: '1' }],
  '£': [{ kind: '£', factor: '1' }],
  dollar: [{ kind: '$', factor: '1' }],
  euro: [{ kind: '€', factor: '1' }],
  cent: [
    { kind: '$', factor: '0.01' },
    { kind: '€', factor: '0.01' },
  ],
  '¢': [{ kind: '$', factor: '0.01' }],
  pound: [{ kind: '£', factor: '1' }],
  pence: [{ kind: '£', factor: '0.01' }],
};

const words = [...new Set([...Object.keys(UNITS), ...Object.keys(OWN)])].filter((word) => !/[$€£]/.test(word));
words.sort((a, b) => b.length - a.length);
/** In the plural, too, where it is no single letter: "500 ms" are no metres. */
const WORD = String.raw`(?:${words.join('|')})(?:(?<=[a-z]{2})e?s)?`;
const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,9}(?:\.\d{1,6})?`;
/** "3 hours", 3个小时, "$2.50", each by itself. */
const AMOUNT = new RegExp(
  String.raw`(?<![\d.,:/^\\_])(?:([$€£])\s?(${NUMBER})(?![\d,.]*\d)|(${NUMBER})(\s?个?)(${WORD})(?![a-z²³^*/_%])(?:(?<=\p{Script=Han})|(?![23]\b)))`,
  'giu',
);
/** Between the parts of one amount. */
const WITHIN = /^(?:\s?|,?\sand\s|零|又)$/;
const LARGER_BEFORE = new RegExp(
  String.raw`(?:\d\s?个?|[一二两三四五六七八九十半]个?|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten)[ -])(${WORD})(?:[^\S\n]?|,?[^\S\n](?:and )?|零|又)$`,
  'iu',
);
const JOINT = /^\s{0,4}([-+−－＋=＝])\s{0,4}$/;
/** The claim ends here, and nothing goes on to compute with it. */
const ENDS = /^\s{0,4}(?:$|[.,;:!?)=＝。，；！？）]|(?!per\b|an?\b|each\b|x\b|times\b|[每乘])\p{L})/u;
/** UTF-16 units of a line that are looked at on either side of a sum. */
const BESIDE = 200;

interface Chain {
  start: number;
  terms: { amount: Amount; isMinus: boolean }[];
}

/** Whether what begins here is the rest of an amount in the same line, as 300克 is of 2千克300克 and 两千克300克. */
export function isRestOfAmount(text: string, start: number): boolean {
  const [, larger] = LARGER_BEFORE.exec(text.slice(Math.max(0, start - 24), start)) ?? [];
  const rest = larger && amountsIn(text.slice(start, start + 24)).find((amount) => amount.start === 0);
  return rest ? isSmaller(rest.parts[0].units, unitsOf(larger)) : false;
}

/** In order. Of a text that writes its numbers as English does. */
export function unitSums(text: string, notation: Notation): Equation[] {
  if (!/[=＝]/.test(text)) return [];
  let above = '';
  let at = 0;
  return text.split('\n').flatMap((line) => {
    const found = sumsIn(line, above, notation).map((sum) => ({ ...sum, start: sum.start + at, end: sum.end + at }));
    above = line;
    at += line.length + 1;
    return found;
  });
}

function sumsIn(line: string, above: string, notation: Notation): Equation[] {
  if (!/[=＝]/.test(line)) return [];
  const found: Equation[] = [];
  let chain: Chain | null = null;
  let end = 0;
  for (const amount of amountsIn(line)) {
    const joint = chain && JOINT.exec(line.slice(end, amount.start))?.[1];
    if (!chain || !joint) chain = { start: amount.start, terms: [{ amount, isMinus: false }] };
    else if (!/[=＝]/.test(joint)) chain.terms.push({ amount, isMinus: !/[+＋]/.test(joint) });
    else {
      const isWhole = ENDS.test(line.slice(amount.end, amount.end + 8));
      const judged = isWhole ? judge(line, above, notation, chain, amount) : undefined;
      if (judged) found.push(judged);
      chain = isWhole ? { start: amount.start, terms: [{ amount, isMinus: false }] } : null;
    }
    end = amount.end;
  }
  return found;
}

/** "3 h 25 min" is one: parts of falling size. */
function amountsIn(line: string): Amount[] {
  const amounts: Amount[] = [];
  for (const { index, 0: whole, 1: sign, 2: ofSign, 3: number, 4: space, 5: unit } of line.matchAll(AMOUNT)) {
    const word = sign ?? unit;
    const part = { number: ofSign ?? number, word, units: unitsOf(word), isGlued: space === '', start: index };
    const before = amounts.at(-1);
    const end = index + whole.length;
    // "x3 m" is none, "1h30m" is one.
    if (/[a-z]/i.test(line[index - 1] ?? '') && before?.end !== index) continue;
    if (
      before &&
      !sign &&
      WITHIN.test(line.slice(before.end, index)) &&
      isSmaller(part.units, before.parts.at(-1)!.units)
    ) {
      before.parts.push(part);
      before.end = end;
    } else amounts.push({ start: index, end, parts: [part] });
  }
  return amounts;
}

function unitsOf(word: string): readonly Unit[] {
  const lower = word.toLowerCase();
  const own = [lower, lower.replace(/s$/, '')].find((one) => Object.hasOwn(OWN, one));
  const shared = unitOf(lower);
  return own ? OWN[own] : shared ? [{ kind: shared[0], factor: shared[1] }] : [];
}

const isSmaller = (units: readonly Unit[], than: readonly Unit[]): boolean =>
  units.some(({ kind, factor }) =>
    than.some((larger) => larger.kind === kind && Number(larger.factor) > Number(factor)),
  );

/** How many of its kind's plainest one is. */
type FactorOf = (part: Part) => Rational;

/** Undefined where it mixes no units, mixes kinds, is a piece of more, or is wrong and may be meant otherwise. */
function judge(
  line: string,
  above: string,
  { hasBoth }: Notation,
  { start, terms }: Chain,
  claim: Amount,
): Equation | undefined {
  const amounts = terms.map(({ amount }) => amount);
  const parts = [...amounts, claim].flatMap((amount) => amount.parts);
  const isShared = (kind: string): boolean => parts.every(({ units }) => units.some((unit) => unit.kind === kind));
  const kind = parts[0].units.find((unit) => isShared(unit.kind))?.kind;
  if (kind === undefined) return undefined;
  const factorOf: FactorOf = ({ units }) => parseDecimal(units.find((unit) => unit.kind === kind)!.factor)!;
  if (parts.every((part) => equal(factorOf(part), factorOf(parts[0])))) return undefined;
  const before = line.slice(Math.max(0, start - BESIDE), start);
  if (isOpen(before)) return undefined;

  const last = claim.parts.at(-1)!;
  const decimals = last.number.split('.')[1]?.length ?? 0;
  /** The claim and what comes out, in the claim's last unit. */
  const read = (spell: (number: string) => string): [stated: Rational, computed: Rational] => {
    const valueOf = (amount: Amount): Rational =>
      amount.parts.map((part) => multiply(parseDecimal(spell(part.number))!, factorOf(part))).reduce(add);
    const all = terms.map(({ amount, isMinus }) => multiply(valueOf(amount), rational(isMinus ? -1n : 1n)));
    return [divide(valueOf(claim), factorOf(last)), divide(all.reduce(add), factorOf(last))];
  };
  const [stated, computed] = read((number) => number);
  const isExact = equal(stated, computed);
  const rounded = !isExact && decimals > 0 && isRounded(stated, computed, decimals);
  const right = isExact || rounded;
  // "1.500 m + 500 m = 2 km" is right where the point groups, "1,500 kg" is 1500 g where the comma is the decimal sign.
  const isOtherwise =
    parts.some(({ number }) => number.startsWith('0,')) ||
    (parts.some(({ number }) => OTHERWISE.test(number)) && (hasBoth || equal(...read(otherwise))));
  const after = line.slice(claim.end, claim.end + BESIDE);
  if (!right && (isOtherwise || mayBeMeant({ before, after, above }, amounts, claim, kind, stated, computed)))
    return undefined;
  return {
    text: line.slice(start, claim.end),
    start,
    end: claim.end,
    stated: toNumber(stated),
    computed: toNumber(computed),
    computedText: spelled(multiply(computed, factorOf(last)), parts, claim, factorOf),
    right,
    rounded,
  };
}

const OTHERWISE = /^[1-9]\d{0,2}[.,]\d{3}$/;
const otherwise = (number: string): string =>
  OTHERWISE.test(number) ? (number.includes('.') ? number.replace('.', '') : number.replace(',', '.')) : number;

/** In the units that the claim is in and, where it is in whole ones, in the smaller ones of the sum. */
function spelled(total: Rational, parts: readonly Part[], claim: Amount, factorOf: FactorOf): string {
  const last = claim.parts.at(-1)!;
  const isFine = last.number.includes('.') || /[$€£]/.test(last.word);
  const smaller = isFine ? [] : parts.filter((part) => toNumber(factorOf(part)) < toNumber(factorOf(last)));
  smaller.sort((a, b) => toNumber(factorOf(b)) - toNumber(factorOf(a)));
  const units = [...claim.parts, ...smaller];
  const isMinus = total.n < 0n;
  let rest = isMinus ? rational(-total.n, total.d) : total;
  const shown: string[] = [];
  for (const [i, part] of units.entries()) {
    const { n, d } = divide(rest, factorOf(part));
    const isLast = i === units.length - 1;
    const taken = isLast ? rational(n, d) : rational(n / d);
    rest = subtract(rest, multiply(taken, factorOf(part)));
    if (taken.n !== 0n || (isLast && shown.length === 0)) shown.push(counted(toNumber(taken), part.word));
  }
  return `${isMinus ? '-' : ''}${shown.join(/\p{Script=Han}/u.test(last.word) ? '' : ' ')}`;
}

function counted(count: number, word: string): string {
  if (/[$€£]/.test(word)) return `${word}${count.toFixed(2)}`;
  const [whole, digits = ''] = String(count).split('.');
  const number = digits.length > 8 ? `${whole}.${digits.slice(0, 4)}…` : String(count);
  if (/\p{Script=Han}/u.test(word)) return `${number}${word}`;
  if (/^(?:foot|feet)$/i.test(word)) return `${number} ${count === 1 ? 'foot' : 'feet'}`;
  const one = word.replace(/(?<=inch)es$|(?<=[a-z]{2})s$/i, '');
  const isWord = /^(?:inch|yard|mile|second|minute|hour|day|week|cent|dollar|euro|pound)$/i.test(one);
  return `${number} ${count === 1 ? one : isWord ? `${one}${/h$/i.test(one) ? 'es' : 's'}` : word}`;
}
