/**
 * The answer that a text comes to: what follows ####, else the last \boxed{…}, else what the last line calls the answer, else
 * the last number. A claim is read to its end: a plain number in one spelling (digits without separators, a point, no zeros
 * at its end), anything else as it is written: a date, a clock's time, a list of numbers.
 */
import { otherFractions } from '../../shared/answerNotation';
import { daysOf } from '../../shared/dates';
import { answerMark } from './answerLine';
import { withoutLatex } from './latex';
import { measureIn, wholeOf } from './wholeNumber';

/** The dash of a list's item is none. */
const SIGN = String.raw`(?:(?<![\p{L}\d)])(?!(?<=^|\n)[-−] )[-−])?(?:R\$|[$€£¥￥₹])?\s?`;
/** Neither an exponent nor the rest of another number, nor the base or the modulus of the one before. */
const BEGINS = String.raw`(?<![\d^]|\d[.,]|[\^_]\{|[\da-f]_|mod[ {])`;
const MIXED = String.raw`\d+ \d+/\d+`;
/** A sentence may end behind it. */
const FRACTION = String.raw`\d+/\d+(?![\d/]|\.\d)`;
/** Signs of money and short units, which follow an amount. */
const COUNTED = String.raw`(?=\s?(?:[€£₹₽%°]|(?:EUR|Euros?|kr|zł|[kcmd]?m|[km]?g|[cmd]?l|h|min|kWh|k?W)(?![\p{L}])))`;
/** 1.234,56 and 1.234.567 of Germany and Brazil; 12,34,567 of India; 13,00; 12,5 km. */
const CONTINENTAL = String.raw`\d{1,3}(?:\.\d{3})+,\d+(?![\d,])|\d{1,3}(?:\.\d{3}){2,}(?![\d.])|\d+,\d{2}(?![\d,.])|\d+,\d(?![\d,.])${COUNTED}`;
/** 1 234,50 of France: within a sentence a plain space may stand between two numbers, "in round 2 100%". */
const FRENCH = String.raw`\d{1,3}(?:[\u00a0\u2009\u202f]\d{3}){1,6},\d{1,2}(?![\d,])`;
/** Where nothing else is said, a plain space groups, too. */
const FRENCH_SPACED = String.raw`\d{1,3}(?: \d{3}){1,6},\d{1,2}(?![\d,])`;
const INDIAN = String.raw`\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)(?:\.\d+)?`;
const GROUPED = String.raw`\d{1,3}(?:(?:,\d{3})+|(?:['’]\d{3})+|(?:[\u00a0\u2009\u202f]\d{3})+)(?!\d)(?:\.\d+)?`;
const SPACED = String.raw`\d{1,3}(?: \d{3})+(?!\d)(?:\.\d+)?`;
const PLAIN = String.raw`\d+(?:\.\d+)?(?:e[-+]?\d+(?![\p{L}\d]))?|(?<![\p{L}\d.])\.\d+`;
const SPELLINGS = [MIXED, FRACTION, FRENCH, CONTINENTAL, INDIAN, GROUPED, PLAIN];
const NUMBER = new RegExp(`${SIGN}${BEGINS}(?:${SPELLINGS.join('|')})`, 'giu');
/** In a claim a plain space may group, too: #### 1 000 000. */
const CLAIMED = new RegExp(
  `${SIGN}${BEGINS}(?:${[MIXED, FRACTION, FRENCH_SPACED, SPACED, ...SPELLINGS].join('|')})`,
  'iu',
);
/** A last line that is one number: "1 000 000", "Réponse : 1 225 €". */
const NUMBER_LINE = new RegExp(
  `^(?:(?:Antwort|Réponse|Respuesta|Resposta|Risposta|Svar|Odpowiedź|Odpověď|Ответ|Answer|Result|Total)\\s?[:=]\\s?)?(${SIGN}(?:${FRENCH_SPACED}|${SPACED}))(?:\\s?(?:€|EUR|Euros?|kr|zł|₽|руб|[$£₹%°]))?[.]?$`,
  'iu',
);

export function finalAnswer(written: string): string | null {
  const text = otherFractions(halfWidth(written));
  const marked = answerMark(text);
  if (marked) return valueOf(marked.said);
  const boxed = lastBox(text);
  if (boxed) return valueOf(boxed);
  const line = withoutLatex(text.slice(text.trimEnd().lastIndexOf('\n') + 1));
  const called = lastCalled(line);
  if (called !== null) return valueOf(called);
  const listed = LIST_LINE.exec(line.slice(-LONGEST_LIST).trim());
  if (listed && line.length <= LONGEST_LIST) return listed[1];
  const named = NAMED_LIST.exec(line.slice(-LONGEST_LIST).trim());
  if (named) return named[1];
  const whole = NUMBER_LINE.exec(line.slice(-LONGEST_LIST).trim());
  if (whole && line.length <= LONGEST_LIST) return plainNumber(whole[1]);
  const found = lastNumber(text);
  return found && (wholeOf(found.part, found.index, found.number) ?? plainNumber(found.number));
}

/** Nothing but numbers beside each other, or names and what they are: "3, 5 and 7", "x = 3, y = 5". */
const ITEM = String.raw`(?:[a-z]\w{0,3}\s?=\s?)?[-−]?[$€£¥￥]?\d(?:[\d./]{0,40}\d)?`;
const JOINT = String.raw`(?:[,，;；] (?:(?:and|or) )?|[、;；，]| (?:and|or) |\s?[和或]\s?)`;
const LIST_LINE = new RegExp(`^(${ITEM}(?:${JOINT}${ITEM})+?)[.。]?$`, 'i');
/** "so x = -3 or x = 5". */
const NAMED_ITEM = String.raw`[a-z]\w{0,3}\s?=\s?[-−]?\d(?:[\d./]{0,40}\d)?`;
const NAMED_LIST = new RegExp(`\\s(${NAMED_ITEM}(?:${JOINT}${NAMED_ITEM})+)[.。]?$`, 'i');
const LONGEST_LIST = 400;

/** Full-width digits, points and minus signs (U+FF10 and on) as the usual ones; nothing moves. */
const halfWidth = (text: string): string =>
  text.replace(/[０-９．－]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));

/** Characters from the end in which the last number is looked for first. */
const NEAR = 4096;
/** A number that begins so near to the cut may be the rest of a longer one. */
const LONGEST_NUMBER = 256;

interface Found {
  number: string;
  /** Where, in the end of the text that was looked through. */
  index: number;
  part: string;
}

/** "4.50 € per 100 g": what a sum of money is told for; "one pill per 2 days" is about the days. */
const IS_BASIS =
  /(?:[€$£¥￥₹]\s?[\d.,]{1,20}|\d\s?(?:[€£¥￥₹¢]|(?:EUR|Euros?|kr|zł|cents?|dollars?)(?![\p{L}])))\s(?:per|pro)\s?$/iu;
const LONGEST_BASIS = 40;

function lastNumber(text: string): Found | null {
  for (let length = NEAR; ; length *= 16) {
    const part = withoutLatex(text.slice(-length));
    const all = [...part.matchAll(NUMBER)];
    const last =
      all.findLast(({ index }) => !IS_BASIS.test(part.slice(Math.max(0, index - LONGEST_BASIS), index))) ?? all.at(-1);
    if (length >= text.length || (last && last.index > LONGEST_NUMBER))
      return last ? { number: last[0], index: last.index, part } : null;
  }
}

/** "The final answer is: **8**": what is called so, where a number begins right there; to the end of the sentence. */
function lastCalled(line: string): string | null {
  let found: string | null = null;
  for (const { index, 0: word } of line.matchAll(/\banswer|答案/gi)) {
    let at = skip(line, index + word.length, SPACE);
    const isNamed = word === '答案' ? /[是为]/.test(line[at] ?? '') : /^is\b/i.test(line.slice(at, at + 3));
    if (isNamed) at += word === '答案' ? 1 : 2;
    else if (!/[:：=]/.test(line[at] ?? '')) continue;
    at = skip(line, at, /[\s:：=*_]/);
    if (/^[([]?[-−]?(?:R\$|[$€£¥￥₹])?\s?\.?\d/.test(line.slice(at, at + 8))) found = line.slice(at);
  }
  return found === null ? null : found.split(/[.!?](?=\s|$)|[。！？]/, 1)[0];
}

const SPACE = /\s/;

function skip(text: string, at: number, what: RegExp): number {
  while (at < text.length && what.test(text[at])) at++;
  return at;
}

/** What a claim says of a number in it when it says nothing but the number: words, a unit, an explanation in brackets. */
const UNIT = /^\s{0,3}(?:°\s?)?[\p{L}µ]+(?:\^\{?-?\d\}?|[²³])?(?:\s?[/·]\s?\p{L}+(?:\^\{?-?\d\}?|[²³])?)?/u;
const UNKNOWN = /^[a-z](?![\p{L}/·^²³])/iu;
const UNITS_OF_ONE_LETTER = /^[mgslhLNJWVAKtdyC](?!\p{L})/u;
const MATHEMATICS = /[-+*^×÷·±∪∩√π!<>≤≥=\\{}[\]|_]|(?<!\s)[,:]\d|\b(?:and|or)\s+[-$€£¥]?\d|[和或]\s?\d/iu;
const FUNCTION = /\b(?:sin|cos|tan|cot|sec|csc|log|ln|exp|max|min|lim|gcd|lcm|sqrt)\b/i;

/** Of what is claimed: a number in its plain spelling, in a sum the result; anything else as it is written. */
function valueOf(said: string): string {
  const boxed = lastBox(said);
  if (boxed) return valueOf(boxed);
  const plain = withoutLatex(said)
    .replace(/\*\*|__/g, '')
    .replace(/^\$(?=[^\d]).*\$$|^\$[^$]*\$$/, (whole) => whole.slice(1, -1))
    .replace(/^\\[([]|\\[)\]]$/g, '')
    .trim()
    .replace(/[.。]$/, '')
    .trim();
  // What follows in brackets explains: "18 (9 + 9)".
  const [claim] = plain.split(/(?<=[\d.%])(?:\s+\(|\s*（)/, 1);
  const signs = claim.split('=');
  // "x = 1 or x = 2" claims both; "9 + 9 = 18" only what comes last.
  const isOne = signs.length === 2 || !/[,;，；或和]|\b(?:or|and)\b/i.test(claim);
  const last = (isOne ? signs.at(-1)! : claim).trim() || claim;
  if (daysOf(last).length > 0) return last;
  const measure = measureIn(last);
  if (measure) return measure;
  const number = CLAIMED.exec(last);
  if (!number) return last === claim ? plain : last;
  const before = last.slice(0, number.index);
  const isSaid = before === '' || (/^[\p{L}\s'’,.:：~≈"“(]*$/u.test(before) && !/\p{L}$/u.test(before));
  if (!isSaid || FUNCTION.test(before) || (/\($/.test(before) && /[,)]/.test(last))) return last;
  return isOnlyNumber(last.slice(number.index + number[0].length)) ? plainNumber(number[0]) : last;
}

/** What makes a list of the number before it. */
const LISTED = new RegExp(`^(?:${JOINT}${ITEM})+[.。]?$`, 'i');

function isOnlyNumber(rest: string): boolean {
  if (UNKNOWN.test(rest) && !UNITS_OF_ONE_LETTER.test(rest)) return false;
  if (rest.startsWith('!') || LISTED.test(rest)) return false;
  const unit = UNIT.exec(rest)?.[0] ?? '';
  return !MATHEMATICS.test(rest.slice(unit.length));
}

/** What the last \boxed{…} holds, with the braces within it; to the line's end where it is not closed. */
function lastBox(text: string): string | null {
  const opened = text.lastIndexOf('\\boxed{');
  if (opened < 0) return null;
  const start = opened + '\\boxed{'.length;
  let end = start;
  for (let depth = 1; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === '\\') end++;
    else if (text[end] === '{') depth++;
    else if (text[end] === '}' && --depth === 0) break;
  }
  return text.slice(start, end).trim() || null;
}

/** Longer ones are no number that anybody means, and take long to compute with. */
const MOST_DIGITS = 400;

function plainNumber(number: string): string {
  const own = number
    .replace('−', '-')
    .replace(/R\$|[$€£¥￥₹\u00a0\u2009\u202f'’]/g, '')
    .trim();
  const mixed = /^(-?)(\d+) (\d+)\/(\d+)$/.exec(own);
  if (mixed && own.length <= MOST_DIGITS) {
    const [sign, whole, part, of] = [mixed[1], ...mixed.slice(2).map(BigInt)] as [string, bigint, bigint, bigint];
    return `${sign}${whole * of + part}/${of}`;
  }
  if (own.includes('/')) return own;
  const plain = withPoint(own.replace(/ /g, ''));
  if (/e/i.test(plain)) return String(Number(plain));
  const [whole, decimals = ''] = plain.replace(/^(-?)\./, '$10.').split('.');
  let kept = decimals.length;
  while (kept > 0 && decimals[kept - 1] === '0') kept--;
  const units = whole.replace(/^(-?)0+(?=\d)/, '$1');
  return kept > 0 ? `${units}.${decimals.slice(0, kept)}` : units;
}

/** A comma groups, unless it is the last sign and what follows it is no group. */
function withPoint(number: string): string {
  const isContinental = /^-?\d{1,3}(?:\.\d{3})+,\d+$|^-?\d{1,3}(?:\.\d{3}){2,}$|^-?\d+,\d{1,2}$/.test(number);
  return isContinental ? number.replaceAll('.', '').replace(',', '.') : number.replaceAll(',', '');
}
