/**
 * Whether two answers say the same: by value, in every notation that could be meant (1,234 and 1234, 1.234,56 and 1234.56, 1/2
 * and 0.5 and \frac12, 50% and 0.5, 3 × 10^8, 0.\overline{3}, 1:2, 2 km and 2000 m, $5 and 5, 1010_2), of intervals, tuples and
 * sets by their elements, of dates by the day. What is none of these is compared as text.
 */
import { unitOf } from './units';
import { LONGEST_ANSWER, plainAnswer } from './answerNotation';
import { daysOf, isSameDay } from './dates';
import { evaluate, lexemes } from './expression';
import { add, equal, multiply, parseDecimal, rational, type Rational } from './rational';

export function sameAnswer(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return same(plainAnswer(one), plainAnswer(other), 0);
}

const DEEPEST = 4;

function same(one: string, other: string, depth: number): boolean {
  if (asText(one) === asText(other)) return true;
  if (one.length > LONGEST_ANSWER || other.length > LONGEST_ANSWER || depth > DEEPEST) return false;
  // A date is no difference and no fraction.
  const [days, otherDays] = [daysOf(one), daysOf(other)];
  if (days.length > 0 || otherDays.length > 0) return isSameDay(days, otherDays);
  // "x = 1, y = 2" says more than its numbers.
  const [name, otherName] = [one, other].map((text) => /^([a-z]\w{0,8})\s*=/i.exec(text)?.[1]);
  if (depth > 0 && name && otherName && name !== otherName) return false;
  const [residue, otherResidue] = [residueOf(one), residueOf(other)];
  if (residue && otherResidue) return isCongruent(residue, otherResidue);
  const [values, others] = [valuesOf(one), valuesOf(other)];
  if (values.some((a) => others.some((b) => isSameValue(a, b)))) return true;
  const [list, otherList] = [elementsOf(one), elementsOf(other)];
  if (!list || !otherList || list.kind !== otherList.kind || list.elements.length !== otherList.elements.length)
    return false;
  if (list.kind !== 'set') return list.elements.every((element, i) => same(element, otherList.elements[i], depth + 1));
  // Each element has a partner of its own.
  const left = [...otherList.elements];
  return list.elements.every((element) => {
    const at = left.findIndex((candidate) => same(element, candidate, depth + 1));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** A choice is the same with its brackets, or named an option. */
const asText = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s{}\\]/g, '')
    .replace(/^(?:option|choice|选项?)(?=\(?[a-h]\)?$)/, '')
    .replace(/^\(([a-h])\)$/, '$1');

interface Residue {
  value: bigint;
  modulus: bigint;
}

/** "5 (mod 12)", "x ≡ 5 mod 12". */
function residueOf(text: string): Residue | null {
  const [, value, modulus] = /^(?:[^≡]{0,20}≡)?\s*(-?\d{1,30})\s*\(?\s*mod\s*(\d{1,30})\s*\)?$/i.exec(text) ?? [];
  return modulus && BigInt(modulus) > 0n ? { value: BigInt(value), modulus: BigInt(modulus) } : null;
}

const isCongruent = (a: Residue, b: Residue): boolean =>
  a.modulus === b.modulus && (a.value - b.value) % a.modulus === 0n;

interface Valued {
  value: Rational;
  /** Of what it counts, in the base unit of its kind; null: a bare number, or a word that is no unit. */
  unit: string | null;
}

function isSameValue(a: Valued, b: Valued): boolean {
  // A number alone is one of whatever is asked for.
  const isBare = ({ unit }: Valued): boolean => unit === null || unit.startsWith('bare');
  const fits =
    a.unit === b.unit ? !a.unit?.startsWith('bare') : (a.unit === null || b.unit === null) && isBare(a) && isBare(b);
  const isMoney = [a, b].some(({ unit }) => unit === 'money') && [a, b].some(({ unit }) => unit === null);
  return (fits || isMoney) && equal(a.value, b.value);
}

const CURRENCY = /^(?:-?)(?:US\$|R\$|[$€£¥￥₹]|USD|EUR|GBP|CNY|RMB|INR)\s?|\s?(?:[€£¥￥₹]|USD|EUR|GBP|CNY|RMB|INR)$/i;

/** "2 h 15 min", 2小时15分: parts of one kind, from the larger to the smaller. */
function compound(written: string): Valued | null {
  const text = written.replace(/,? and (?=\d)|, (?=\d)|(?<=\p{Script=Han})[零又](?=\d)/gu, ' ');
  const parts = [...text.matchAll(/(\d{1,30}(?:\.\d{1,30})?)\s?(\p{Script=Han}{1,2}|[a-z]{1,7})(?=\s|\d|$)/giu)];
  if (parts.length < 2 || parts.map(([part]) => part).join('') !== text.replace(/(?<=\p{L})\s(?=\d)/gu, ''))
    return null;
  let sum: Rational = rational(0n);
  let base: string | undefined;
  for (const [, number, word] of parts) {
    // 分 is a coin, but of an hour a minute.
    const unit = unitOf(base === 's' && word === '分' ? '分钟' : word.toLowerCase());
    if (!unit || (base !== undefined && unit[0] !== base)) return null;
    base = unit[0];
    sum = add(sum, multiply(parseDecimal(number)!, parseDecimal(unit[1])!));
  }
  return { value: sum, unit: base! };
}

/** What a text may mean as a number: bare, with its unit, in any notation. */
function valuesOf(text: string): Valued[] {
  // "x = 1, y = 2" is no number.
  if (/=.*[,;].*=/.test(text)) return [];
  const whole = compound(text);
  if (whole) return [whole];
  const based = /^([\da-f]{1,60})_\(?\{?(\d{1,2})\}?\)?$/i.exec(text);
  const inItsBase = based && inBase(based[1], Number(based[2]));
  if (inItsBase) return [{ value: inItsBase, unit: null }];
  const claim = text.includes('=') && !/[<>]/.test(text) ? text.slice(text.lastIndexOf('=') + 1).trim() : text;
  const isNegative = /^-/.test(claim) || /^[^\s()]{1,3}\s?-/.test(claim.replace(/\d.*/, ''));
  const hasCurrency = CURRENCY.test(claim);
  const bare = claim.replace(/^-/, '').replace(CURRENCY, '').replace(/^-/, '').trim();
  const isExponent = /^\d+(?:\.\d+)?e[-+]?\d{1,3}$/i.test(bare);
  const [, number, word = ''] = isExponent
    ? ['', bare]
    : (/^((?:[\d.,()/^*+\-√% \u00a0\u2009\u202f:'_]|e[-+]?\d|\\overline\{\d+\})*?)\s*([\p{L}¢°].*)?$/u.exec(bare) ??
      []);
  if (!number?.trim()) return [];
  const unit = word
    .toLowerCase()
    .replace(/[²³^].*$/, '')
    .trim();
  const known = unitOf(unit);
  const power = Number(/^[\p{L}]+\s?(?:\^\(?)?([²³23])\)?$/u.exec(word)?.[1].replace('²', '2').replace('³', '3') ?? 1);
  const read = readings(number.trim());
  const signed = read.map((value) => (isNegative ? rational(-value.n, value.d) : value));
  if (!known || (/[²³^]/.test(word) && power === 1))
    return signed.map((value) => ({ value, unit: hasCurrency ? 'money' : null }));
  const one = parseDecimal(known[1])!;
  const factor = Array.from({ length: power - 1 }).reduce<Rational>((product) => multiply(product, one), one);
  const base = power > 1 ? `${known[0]}^${power}` : known[0];
  return signed.flatMap((value) => [
    { value: multiply(value, factor), unit: base },
    // "5 km" where 5 is asked for: the number alone, for a bare one.
    { value, unit: `bare ${base}` },
  ]);
}

/** A number's readings: with points or commas as either, a fraction, a percentage, another base, a computed value. */
function readings(number: string): Rational[] {
  const found: Rational[] = [];
  const may = (value: Rational | undefined | null): void => void (value && found.push(value));
  const spaced = number.replace(/(?<=\d)[ '\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '');
  may(decimal(spaced));
  // Groups and the decimal sign of other places.
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d+)?$|^\d+,\d+$/.test(spaced))
    may(decimal(spaced.replaceAll('.', '').replace(',', '.')));
  if (/^\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?$/.test(spaced)) may(decimal(spaced.replaceAll(',', '')));
  const mixed =
    /^(\d{1,30}) (\d{1,30})\/(\d{1,30})$/.exec(number) ?? /^(\d{1,30}) ?\((\d{1,30})\/(\d{1,30})\)$/.exec(number);
  if (mixed) may(quotient(BigInt(mixed[1]) * BigInt(mixed[3]) + BigInt(mixed[2]), BigInt(mixed[3])));
  const ratio = /^(\d{1,30})\s?:\s?(\d{1,30})$/.exec(number);
  if (ratio) may(quotient(BigInt(ratio[1]), BigInt(ratio[2])));
  const repeating = /^(\d{0,30})\.(\d{0,30})\\overline\{(\d{1,30})\}$/.exec(number);
  if (repeating) {
    const [, whole, fixed, period] = repeating;
    const scale = 10n ** BigInt(fixed.length);
    const nines = 10n ** BigInt(period.length) - 1n;
    may(quotient(BigInt(`0${whole}${fixed}`) * nines + BigInt(period), scale * nines));
  }
  const base = /^([\da-f]{1,60})_\(?\{?(\d{1,2})\}?\)?$/i.exec(number);
  if (base) may(inBase(base[1], Number(base[2])));
  const exponent = /^(\d+(?:\.\d+)?)e([-+]?\d{1,3})$/i.exec(spaced);
  if (exponent) may(computed(`${exponent[1]}*10^(${Number(exponent[2])})`));
  if (/%$/.test(spaced)) may(decimal(spaced.slice(0, -1)));
  if (!mixed && /[-+*/^√()%]/.test(spaced)) may(computed(spaced));
  return found;
}

const decimal = (text: string): Rational | undefined => {
  try {
    return parseDecimal(text);
  } catch {
    return undefined;
  }
};

const quotient = (n: bigint, d: bigint): Rational | null => (d === 0n ? null : rational(n, d));

function computed(text: string): Rational | null {
  const list = lexemes(text);
  return (list && evaluate(list)?.value) ?? null;
}

function inBase(digits: string, base: number): Rational | null {
  if (base < 2 || base > 16) return null;
  let value = 0n;
  for (const digit of digits.toLowerCase()) {
    const own = parseInt(digit, 16);
    if (own >= base) return null;
    value = value * BigInt(base) + BigInt(own);
  }
  return rational(value);
}

interface List {
  /** By its brackets: order counts, except in a set. */
  kind: string;
  elements: string[];
}

/** [0, 1), (1, 2), {1, 2, 3}; "1 and 2" is a set without brackets. */
function elementsOf(text: string): List | null {
  const body = /^([[({]|\\\{)(.*)([\])}]|\\\})$/s.exec(text);
  const inner = body ? body[2] : text;
  const elements = atTop(inner);
  if (elements.length < 2) return null;
  const [open, close] = body ? [body[1].at(-1)!, body[3].at(-1)!] : ['{', '}'];
  return { kind: open === '{' && close === '}' ? 'set' : `${open}${close}`, elements };
}

/** Divided at commas, semicolons and words that join, outside of brackets. */
function atTop(text: string): string[] {
  const found: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    if (/[([{]/.test(text[at])) depth++;
    else if (/[)\]}]/.test(text[at])) depth--;
    else if (depth === 0) {
      const joint = /^(?:[,;，；、]| (?:and|or) |[和或])/.exec(text.slice(at, at + 6))?.[0];
      if (!joint) continue;
      found.push(text.slice(from, at).trim());
      at += joint.length - 1;
      from = at + 1;
    }
  }
  found.push(text.slice(from).trim());
  return found.filter((element) => element !== '');
}
