/** What stands in a sum: its numbers, what is computed with, and what is computed, however it is spaced. */
import type { Equation } from '../../protocol/reasoning';

/** A sign belongs to it where nothing stands before that it could be taken from: "it is -5", and 5 in "20 -5" and "step-5". */
const NUMBER =
  /(?:[-−](?<![\d)\]%]\s{0,3}[-−]|[a-z][-−]))?(?:\d{1,3}(?:[,'’]\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!\d)|\d+(?:\.\d+)?)/gi;

/** "2/5", "\\frac{2}{5}": one number, where it is no whole one, beside the two that it is written with. */
const FRACTION = /(?<![\d/.])(\d{1,15})\/(\d{1,15})(?![\d/]|\.\d)|\\[dt]?frac\{(\d{1,15})\}\{(\d{1,15})\}/g;

export function numbersIn(text: string): number[] {
  const numbers = Array.from(text.matchAll(NUMBER), ([number]) =>
    Number(number.replace(/[,'’]/g, '').replace('−', '-')),
  );
  for (const [, over, under, latexOver, latexUnder] of text.matchAll(FRACTION)) {
    const value = Number(over ?? latexOver) / Number(under ?? latexUnder);
    if (Number.isFinite(value) && !Number.isInteger(value)) numbers.push(value);
  }
  return numbers;
}

function sides(text: string): [string, string] {
  const at = text.search(/[=＝≈≡]|\b(?:is|equals)\b|等于|得|是/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Numbers that a sum computes with. */
export function operands({ text, stated }: Equation): number[] {
  const [left, right] = sides(text);
  const own = /[-+*/^×÷·−–]/.test(left.trim().slice(1)) ? left : right;
  const numbers = numbersIn(own);
  return own === right ? numbers.filter((value) => value !== stated) : numbers;
}

/** What is computed, without its result: the same however it is spaced, and in whatever order it is added or multiplied. */
export function sumKey({ text, stated }: Equation): string {
  const [left, right] = sides(text);
  const own = Number(left.replaceAll(',', '')) === stated ? right : left;
  const key = own
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(/[\s$€£¥￥]/g, '')
    .replace(/[×·⋅∗xX]/g, '*')
    .replace(/÷/g, '/');
  const sign = /^[\d.]+([+*])[\d.]+(?:\1[\d.]+)*$/.exec(key)?.[1];
  return sign ? key.split(sign).sort().join(sign) : key;
}
