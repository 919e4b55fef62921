/**
 * Whether two answers say the same: by value, in every notation that could be meant (1,234 and 1234, 1.234,56 and 1234.56, 1/2
 * and 0.5 and \frac12, 50% and 0.5, 3 × 10^8, 0.\overline{3}, 1:2, 2 km and 2000 m, $5 and 5, 1010_2), of intervals, tuples and
 * sets by their elements. What is none of these is compared as text.
 */
import { evaluate, lexemes } from './expression';
import { equal, multiply, parseDecimal, rational, type Rational } from './rational';

export function sameAnswer(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return same(plain(one), plain(other), 0);
}

/** Longer ones are texts. */
const LONGEST = 400;
const DEEPEST = 4;

function same(one: string, other: string, depth: number): boolean {
  if (asText(one) === asText(other)) return true;
  if (one.length > LONGEST || other.length > LONGEST || depth > DEEPEST) return false;
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

/** LaTeX and Markdown as the signs that they stand for. */
function plain(text: string): string {
  return text
    .slice(0, 2 * LONGEST)
    .replace(/\*\*|__|\$(?=\\|[^\d.\s]*\\)|\\[()[\],;!: ]|\\left|\\right|\\displaystyle/g, (sign) =>
      sign === '__' ? '__' : '',
    )
    .replace(/\\(?:text|textbf|mathrm|mathbf|mbox|boxed|operatorname)\{([^{}]{0,200})\}/g, ' $1 ')
    .replace(/\\[dtc]?frac\s?\{([^{}]{1,60})\}\s?\{([^{}]{1,60})\}/g, '(($1)/($2))')
    .replace(/\\[dtc]?frac\s?(\d)\s?(\d)/g, '($1/$2)')
    .replace(/\\sqrt\{([^{}]{1,60})\}/g, '√($1)')
    .replace(/\\(?:times|cdot|ast)|[×·⋅]/g, '*')
    .replace(/\\div|÷/g, '/')
    .replace(/\\pi|π/g, 'π')
    .replace(/\\infty/g, '∞')
    .replace(/\\(?:leq?|leqslant)(?![a-z])|≤/g, '<=')
    .replace(/\\(?:geq?|geqslant)(?![a-z])|≥/g, '>=')
    .replace(/\\pm|±/g, '±')
    .replace(/\\cup|∪/g, '∪')
    .replace(/\\%|％/g, '%')
    .replace(/\\([{}$])/g, '$1')
    .replace(/\^\{([^{}]{1,60})\}/g, '^($1)')
    .replace(/\{,\}/g, ',')
    .replace(/[−–]/g, '-')
    .replace(/\^\\circ/g, '°')
    .trim()
    .replace(/^\$([^$]*)\$$/, '$1')
    .replace(/(?<=[^.])[.。]$/, '')
    .trim();
}

const asText = (text: string): string => text.toLowerCase().replace(/[\s{}\\]/g, '');

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

/** Base unit and how many of it one is. */
const UNITS: Readonly<Record<string, readonly [base: string, factor: string]>> = {
  mm: ['m', '0.001'],
  cm: ['m', '0.01'],
  dm: ['m', '0.1'],
  m: ['m', '1'],
  km: ['m', '1000'],
  厘米: ['m', '0.01'],
  米: ['m', '1'],
  千米: ['m', '1000'],
  公里: ['m', '1000'],
  mg: ['g', '0.001'],
  g: ['g', '1'],
  kg: ['g', '1000'],
  t: ['g', '1000000'],
  克: ['g', '1'],
  千克: ['g', '1000'],
  公斤: ['g', '1000'],
  吨: ['g', '1000000'],
  ml: ['l', '0.001'],
  cl: ['l', '0.01'],
  l: ['l', '1'],
  毫升: ['l', '0.001'],
  升: ['l', '1'],
  s: ['s', '1'],
  sec: ['s', '1'],
  second: ['s', '1'],
  min: ['s', '60'],
  minute: ['s', '60'],
  h: ['s', '3600'],
  hr: ['s', '3600'],
  hour: ['s', '3600'],
  day: ['s', '86400'],
  秒: ['s', '1'],
  分钟: ['s', '60'],
  小时: ['s', '3600'],
  天: ['s', '86400'],
  cent: ['money', '0.01'],
  '¢': ['money', '0.01'],
  dollar: ['money', '1'],
  euro: ['money', '1'],
  pound: ['money', '1'],
  yuan: ['money', '1'],
  元: ['money', '1'],
  角: ['money', '0.1'],
  分: ['money', '0.01'],
};
const CURRENCY = /^(?:-?)(?:US\$|R\$|[$€£¥￥₹]|USD|EUR|GBP|CNY|RMB|INR)\s?|\s?(?:[€£¥￥₹]|USD|EUR|GBP|CNY|RMB|INR)$/i;

/** What a text may mean as a number: bare, with its unit, in any notation. */
function valuesOf(text: string): Valued[] {
  const claim = text.includes('=') && !/[<>]/.test(text) ? text.slice(text.lastIndexOf('=') + 1).trim() : text;
  const isNegative = /^-/.test(claim) || /^\S{1,3}\s?-/.test(claim.replace(/\d.*/, ''));
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
  const known = Object.hasOwn(UNITS, unit)
    ? UNITS[unit]
    : Object.hasOwn(UNITS, unit.replace(/s$/, ''))
      ? UNITS[unit.replace(/s$/, '')]
      : undefined;
  const isPower = /[²³^]/.test(word);
  const read = readings(number.trim());
  const signed = read.map((value) => (isNegative ? rational(-value.n, value.d) : value));
  if (!known || isPower) return signed.map((value) => ({ value, unit: hasCurrency ? 'money' : null }));
  const factor = parseDecimal(known[1])!;
  return signed.flatMap((value) => [
    { value: multiply(value, factor), unit: known[0] },
    // "5 km" where 5 is asked for: the number alone, for a bare one.
    { value, unit: `bare ${known[0]}` },
  ]);
}

/** A number's readings: with points or commas as either, a fraction, a percentage, another base, a computed value. */
function readings(number: string): Rational[] {
  const found: Rational[] = [];
  const add = (value: Rational | undefined | null): void => void (value && found.push(value));
  const spaced = number.replace(/(?<=\d)[ '\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '');
  add(decimal(spaced));
  // Groups and the decimal sign of other places.
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d+)?$|^\d+,\d+$/.test(spaced))
    add(decimal(spaced.replaceAll('.', '').replace(',', '.')));
  if (/^\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?$/.test(spaced)) add(decimal(spaced.replaceAll(',', '')));
  const mixed =
    /^(\d{1,30}) (\d{1,30})\/(\d{1,30})$/.exec(number) ?? /^(\d{1,30}) ?\((\d{1,30})\/(\d{1,30})\)$/.exec(number);
  if (mixed) add(quotient(BigInt(mixed[1]) * BigInt(mixed[3]) + BigInt(mixed[2]), BigInt(mixed[3])));
  const ratio = /^(\d{1,30})\s?:\s?(\d{1,30})$/.exec(number);
  if (ratio) add(quotient(BigInt(ratio[1]), BigInt(ratio[2])));
  const repeating = /^(\d{0,30})\.(\d{0,30})\\overline\{(\d{1,30})\}$/.exec(number);
  if (repeating) {
    const [, whole, fixed, period] = repeating;
    const scale = 10n ** BigInt(fixed.length);
    const nines = 10n ** BigInt(period.length) - 1n;
    add(quotient(BigInt(`0${whole}${fixed}`) * nines + BigInt(period), scale * nines));
  }
  const base = /^([\da-f]{1,60})_\(?\{?(\d{1,2})\}?\)?$/i.exec(number);
  if (base) add(inBase(base[1], Number(base[2])));
  const exponent = /^(\d+(?:\.\d+)?)e([-+]?\d{1,3})$/i.exec(spaced);
  if (exponent) add(computed(`${exponent[1]}*10^(${Number(exponent[2])})`));
  if (/%$/.test(spaced)) add(decimal(spaced.slice(0, -1)));
  if (!mixed && /[-+*/^√()%]/.test(spaced)) add(computed(spaced));
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
