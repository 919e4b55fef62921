/** An answer's notation made plain: LaTeX, Markdown, signs of other scripts, numerals, ratios and intervals in one spelling. */
import { chineseNumber, englishNumber } from './numerals';

/** Longer answers are texts. */
export const LONGEST_ANSWER = 400;

const VULGAR: Readonly<Record<string, string>> = {
  '½': '1/2',
  '⅓': '1/3',
  '⅔': '2/3',
  '¼': '1/4',
  '¾': '3/4',
  '⅕': '1/5',
  '⅖': '2/5',
  '⅗': '3/5',
  '⅘': '4/5',
  '⅙': '1/6',
  '⅚': '5/6',
  '⅛': '1/8',
  '⅜': '3/8',
  '⅝': '5/8',
  '⅞': '7/8',
};
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
/** Zeros of scripts whose digits follow one another. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0xff10];
const SCALES: Readonly<Record<string, string>> = {
  万: '10000',
  亿: '100000000',
  thousand: '1000',
  million: '1000000',
  billion: '1000000000',
  dozen: '12',
};

/** LaTeX and Markdown as the signs that they stand for, numbers in figures. */
export function plainAnswer(text: string): string {
  const signs = withoutFormula(text.slice(0, 2 * LONGEST_ANSWER))
    .replace(/\*\*|__|\$(?=\\|[^\d.\s]*\\)|\\[()[\],;!: ]|\\left|\\right|\\displaystyle/g, (sign) =>
      sign === '__' ? '__' : '',
    )
    .replace(/\\(?:text|textbf|mathrm|mathbf|mbox|boxed|operatorname)\{([^{}]{0,200})\}/g, ' $1 ')
    .replace(/(?<=\d)\s?\\[dtc]?frac\s?\{(\d{1,30})\}\s?\{(\d{1,30})\}/g, ' $1/$2')
    .replace(/\\[dtc]?frac\s?\{([^{}]{1,60})\}\s?\{([^{}]{1,60})\}/g, '(($1)/($2))')
    .replace(/\\[dtc]?frac\s?(\d)\s?(\d)/g, '($1/$2)')
    .replace(/\\sqrt\{([^{}]{1,60})\}/g, '√($1)')
    .replace(/√\((\d+)\)/g, '√$1')
    .replace(/\\(?:times|cdot|ast)|[×·⋅]/g, '*')
    .replace(/\\div|÷/g, '/')
    .replace(/\\pi|π/g, 'π')
    .replace(/\\infty/g, '∞')
    .replace(/\\(?:leq?|leqslant)(?![a-z])|≤/g, '<=')
    .replace(/\\(?:geq?|geqslant)(?![a-z])|≥/g, '>=')
    .replace(/\\pm(?![a-z])|±/g, '±')
    .replace(/\\cup|∪/g, '∪')
    .replace(/\\in(?![a-z])/g, '∈')
    .replace(/\\(?:emptyset|varnothing)/g, '∅')
    .replace(/\\equiv/g, '≡')
    .replace(/\\p?mod\s?\{(\d{1,30})\}|\\[bp]?mod(?![a-z])/g, (_, modulus?: string) => ` mod ${modulus ?? ''}`)
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
  return asInterval(inFigures(otherScripts(signs)));
}

/** "$5$", but not "$5 and $6". */
const withoutFormula = (text: string): string => text.trim().replace(/^\$([^$]*)\$$/, '$1');

/** Fractions that are one sign, and the fraction slash, as they are typed: 2½ is 2 1/2. */
export const otherFractions = (text: string): string =>
  text
    .replace(/(\d?)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])/g, (_, before: string, sign: string) =>
      before ? `${before} ${VULGAR[sign]}` : VULGAR[sign],
    )
    .replace(/(?<=\d)⁄(?=\d)/g, '/');

/** Digits, fractions and powers that are signs of their own. */
function otherScripts(text: string): string {
  return otherFractions(text)
    .replace(/[٠-٩۰-۹०-९０-９]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - ZEROS.find((zero) => code >= zero && code < zero + 10)!);
    })
    .replace(/[：]/g, ':')
    .replace(/(?<=\d)[’](?=\d{3})/g, "'")
    .replace(
      /(?<=[\d)])[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g,
      (all) => `^(${Array.from(all, (sign) => SUPERSCRIPTS.indexOf(sign)).join('')})`,
    )
    .replace(/(?<=[\da-fA-F])[₀₁₂₃₄₅₆₇₈₉]+/g, (all) => `_${Array.from(all, (s) => SUBSCRIPTS.indexOf(s)).join('')}`);
}

/** Numbers in words, with 万 or million behind them, in per cent and per mille, as ratios. */
function inFigures(text: string): string {
  const [, minus, words, unit] = /^(minus |negative )?([a-z]+(?:[ -][a-z]+){0,8}?)( [a-z%]+)?$/i.exec(text) ?? [];
  const list = words?.split(/ |(-)/).flatMap((word) => (word ? [{ text: word }] : []));
  const english = list && englishNumber(list, 0);
  if (english?.length === list?.length && english) return inFigures(`${minus ? '-' : ''}${english.sign}${unit ?? ''}`);
  const share = /^百分之\s?(.+)$/.exec(text)?.[1];
  if (share) return `${inFigures(share)}%`;
  const chinese = /^[零〇一二两三四五六七八九十百千万亿]+/.exec(text)?.[0];
  const number = chinese && chineseNumber(chinese)?.sign;
  const figures = number ? number + text.slice(chinese.length) : text;
  return figures
    .replace(/^(-?\d[\d.]*)\s?(?:per\s?cent|percent)$/i, '$1%')
    .replace(/^(-?\d[\d.]*)\s?‰$/, '($1/1000)')
    .replace(/^(\d+)\s?(?:to|比)\s?(\d+)$/, '$1:$2')
    .replace(/(\d[\d.,]*)\s?(万|亿|(?:thousand|million|billion|dozen)(?![a-z]))/gi, (_, own: string, scale: string) => {
      return `(${own.replace(/,(?=\d{3})/g, '')}*${SCALES[scale.toLowerCase()]})`;
    })
    .replace(/^0x([\da-f]{1,60})$/i, '$1_16')
    .replace(/^0b([01]{1,60})$/i, '$1_2')
    .replace(/^0o([0-7]{1,60})$/i, '$1_8');
}

const BOUND = String.raw`(-?(?:\d[\d./]*|∞))`;

/** "0 <= x < 1", "x > 3", "x ∈ [0, 1)": the interval alone. */
function asInterval(text: string): string {
  const member = /^[a-z]\w{0,8}\s?∈\s?(.+)$/i.exec(text);
  if (member) return member[1];
  const [, low, first, second, high] =
    new RegExp(`^${BOUND}\\s?(<=?)\\s?[a-z]\\s?(<=?)\\s?${BOUND}$`, 'i').exec(text) ?? [];
  if (low !== undefined) return `${first === '<' ? '(' : '['}${low}, ${high}${second === '<' ? ')' : ']'}`;
  const [, sign, bound] = new RegExp(`^[a-z]\\s?([<>]=?)\\s?${BOUND}$`, 'i').exec(text) ?? [];
  if (bound === undefined) return text;
  const isClosed = sign.endsWith('=');
  return sign.startsWith('>') ? `${isClosed ? '[' : '('}${bound}, ∞)` : `(-∞, ${bound}${isClosed ? ']' : ')'}`;
}
