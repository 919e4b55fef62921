/**
 * Sums and conversions that mix units of one kind: "1 h 30 min + 45 min = 2 h 15 min", "2 m 30 cm = 230 cm", 3元5角 = 35角. What is
 * not understood to both ends, or may be meant otherwise (a map's scale, a working day, letters of an algebra), is left alone.
 */
import type { Equation } from '../../protocol/reasoning';
import {
  add,
  divide,
  equal,
  isRounded,
  parseDecimal,
  rational,
  subtract,
  toNumber,
  type Rational,
} from '../../shared/rational';
import { unitOf, UNITS } from '../../shared/units';

interface Unit {
  /** What it is of; currencies are kinds of their own. */
  kind: string;
  factor: string;
}

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
/** A working day has eight hours and a working week five days; a wrong sum of them may be right. */
const SOFT = /^(?:days?|weeks?|天)$/i;

const words = [...new Set([...Object.keys(UNITS), ...Object.keys(OWN)])].filter((word) => !/[$€£]/.test(word));
words.sort((a, b) => b.length - a.length);
const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,9}(?:\.\d{1,6})?`;
/** "3 hours", 3个小时, "$2.50", each by itself. */
const AMOUNT = new RegExp(
  String.raw`(?<![\d.,:/^\\_])(?:([$€£])\s?(${NUMBER})(?![\d,.]*\d)|(${NUMBER})\s?(?:个)?(${words.join('|')})(?:s|es)?(?![a-z²³^*/_%])(?:(?<=\p{Script=Han})|(?![23]\b)))`,
  'giu',
);
/** Between the parts of one amount. */
const WITHIN = /^(?:\s?|,?\sand\s|零|又)$/;
const JOINT = /^\s{0,4}([-+−=])\s{0,4}$/;
/** The claim ends here, and nothing goes on to compute with it. */
const ENDS = /^\s{0,4}(?:$|[.,;:!?)=。，；！？）\n]|(?!per\b|an?\b|each\b|每)\p{L})/u;
/** What stands before is taken of what follows: no sum of these alone. */
const TAKEN = /(?:[-+*/×÷−(^]|\b(?:of|half|twice|double|triple|times|by|per|every)|[半倍每的乘])\s{0,4}$/i;
/** Before a conversion that is surely one: nothing, a sign, or a word that leads to it. */
const OPENS =
  /(?:^|[\n.,;:=。，；：]|\b(?:is|are|was|so|takes?|took|lasts?|thus|then|total|time|length|height)|所以|[即共是为时长高重])\s{0,4}$/i;
/** A conversion that is farther off than this is none: one centimetre of a map is five kilometres. */
const FARTHEST = 3;

interface Amount {
  start: number;
  end: number;
  parts: { number: string; word: string; units: readonly Unit[] }[];
}

interface Chain {
  start: number;
  terms: { amount: Amount; isMinus: boolean }[];
}

const AMOUNT_BEFORE = new RegExp(String.raw`\d\s?(?:${words.join('|')})(?:s|es)?(?:\s?|,?\sand\s|零|又)$`, 'iu');

/** Whether what begins here is the rest of an amount, as 300克 is of 2千克300克. */
export const isRestOfAmount = (text: string, start: number): boolean =>
  AMOUNT_BEFORE.test(text.slice(Math.max(0, start - 24), start));

/** In order. */
export function unitSums(text: string): Equation[] {
  if (!/[=]/.test(text)) return [];
  const found: Equation[] = [];
  let chain: Chain | null = null;
  let end = 0;
  for (const amount of amountsIn(text)) {
    const joint = chain && JOINT.exec(text.slice(end, amount.start))?.[1];
    if (!chain || !joint) chain = { start: amount.start, terms: [{ amount, isMinus: false }] };
    else if (joint !== '=') chain.terms.push({ amount, isMinus: joint !== '+' });
    else {
      const isWhole = ENDS.test(text.slice(amount.end, amount.end + 8));
      const judged = isWhole ? judge(text, chain, amount) : undefined;
      if (judged) found.push(judged);
      chain = isWhole ? { start: amount.start, terms: [{ amount, isMinus: false }] } : null;
    }
    end = amount.end;
  }
  return found;
}

/** "3 h 25 min" is one: parts of falling size. */
function amountsIn(text: string): Amount[] {
  const amounts: Amount[] = [];
  for (const { index, 0: whole, 1: sign, 2: ofSign, 3: number, 4: unit } of text.matchAll(AMOUNT)) {
    const word = sign ?? unit;
    const part = { number: ofSign ?? number, word: whole.slice(whole.search(/[^\d.,\s个]/)), units: unitsOf(word) };
    const before = amounts.at(-1);
    const end = index + whole.length;
    // "x3 m" is none, "1h30m" is one.
    if (/[a-z]/i.test(text[index - 1] ?? '') && before?.end !== index) continue;
    if (before && !sign && WITHIN.test(text.slice(before.end, index)) && isSmaller(part.units, before)) {
      before.parts.push(part);
      before.end = end;
    } else amounts.push({ start: index, end, parts: [sign ? { ...part, word: sign } : part] });
  }
  return amounts;
}

function unitsOf(word: string): readonly Unit[] {
  const own = Object.hasOwn(OWN, word.toLowerCase()) && OWN[word.toLowerCase()];
  if (own) return own;
  const shared = unitOf(word.toLowerCase());
  return shared ? [{ kind: shared[0], factor: shared[1] }] : [];
}

const isSmaller = (units: readonly Unit[], { parts }: Amount): boolean =>
  units.some(({ kind, factor }) =>
    parts.at(-1)!.units.some((larger) => larger.kind === kind && Number(larger.factor) > Number(factor)),
  );

const partsOf = ({ terms }: Chain, claim: Amount): Amount['parts'] =>
  [...terms.map(({ amount }) => amount), claim].flatMap(({ parts }) => parts);

/** Undefined where it mixes no units, mixes kinds, or is wrong and may be meant otherwise. */
function judge(text: string, chain: Chain, claim: Amount): Equation | undefined {
  const parts = partsOf(chain, claim);
  const kinds = parts[0].units.map(({ kind }) => kind).filter((kind) => parts.every(({ units }) => units.some((unit) => unit.kind === kind))); // prettier-ignore
  if (kinds.length === 0) return undefined;
  const [kind] = kinds;
  const factor = ({ units }: Amount['parts'][number]): Rational =>
    parseDecimal(units.find((unit) => unit.kind === kind)!.factor)!;
  const factors = parts.map(factor);
  if (factors.every((one) => equal(one, factors[0]))) return undefined;
  const valueOf = (amount: Amount): Rational =>
    amount.parts.reduce((sum, part) => {
      const { n, d } = parseDecimal(part.number)!;
      const one = factor(part);
      return add(sum, rational(n * one.n, d * one.d));
    }, rational(0n));
  const total = chain.terms.reduce(
    (sum, { amount, isMinus }) => (isMinus ? subtract(sum, valueOf(amount)) : add(sum, valueOf(amount))),
    rational(0n),
  );
  const own = valueOf(claim);
  const last = claim.parts.at(-1)!;
  const inLast = (value: Rational): Rational => divide(value, factor(last));
  const decimals = last.number.split('.')[1]?.length ?? 0;
  const isExact = equal(own, total);
  const rounded = !isExact && decimals > 0 && isRounded(inLast(own), inLast(total), decimals);
  const right = isExact || rounded;
  if (!right && mayBeMeant(text, chain, claim, toNumber(total) / toNumber(own))) return undefined;
  return {
    text: text.slice(chain.start, claim.end),
    start: chain.start,
    end: claim.end,
    stated: toNumber(inLast(own)),
    computed: toNumber(inLast(total)),
    computedText: spelled(total, claim, factor),
    right,
    rounded,
  };
}

function mayBeMeant(text: string, chain: Chain, claim: Amount, ratio: number): boolean {
  const parts = partsOf(chain, claim);
  if (parts.some(({ word }) => SOFT.test(word)) || parts.every(({ word }) => /^[a-z]$/i.test(word))) return true;
  const before = text.slice(Math.max(0, chain.start - 16), chain.start);
  if (TAKEN.test(before)) return true;
  if (chain.terms.length > 1) return false;
  return !OPENS.test(before) || (parts.length === 2 && !(ratio > 1 / FARTHEST && ratio < FARTHEST));
}

/** In the units that the claim is in. */
function spelled(total: Rational, claim: Amount, factor: (part: Amount['parts'][number]) => Rational): string {
  const isMinus = total.n < 0n;
  let rest = isMinus ? rational(-total.n, total.d) : total;
  const shown: string[] = [];
  for (const [i, part] of claim.parts.entries()) {
    const { word } = part;
    const one = factor(part);
    const { n, d } = divide(rest, one);
    const isLast = i === claim.parts.length - 1;
    const taken = isLast ? rational(n, d) : rational(n / d);
    rest = subtract(rest, rational(taken.n * one.n, taken.d * one.d));
    if (taken.n === 0n && (!isLast || shown.length > 0)) continue;
    const [whole, digits = ''] = String(toNumber(taken)).split('.');
    const number = digits.length > 8 ? `${whole}.${digits.slice(0, 4)}…` : String(toNumber(taken));
    const space = /\p{Script=Han}/u.test(word) ? '' : ' ';
    shown.push(/[$€£]/.test(word) ? `${word}${toNumber(taken).toFixed(2)}` : `${number}${space}${word.trim()}`);
  }
  return `${isMinus ? '-' : ''}${shown.join(/\p{Script=Han}/u.test(claim.parts[0].word) ? '' : ' ')}`;
}
