/**
 * The answer that a text comes to: what follows ####, else the last \boxed{…}, else what the last line calls the answer, else
 * the last number. Answers are compared as they are written here: digits without separators, a point, no zeros at its end.
 */
import { answerMark } from './answerLine';

const SIGN = String.raw`(?:(?<![\p{L}\d)])[-−])?[$€£¥￥]?`;
/** Neither an exponent nor the rest of another number. */
const BEGINS = String.raw`(?<![\d^]|\d\.|\^\{)`;
const MIXED = String.raw`\d+ \d+/\d+`;
const FRACTION = String.raw`\d+/\d+(?![\d./])`;
const GROUPED = String.raw`\d{1,3}(?:(?:,\d{3})+|(?:[\u00a0\u2009\u202f]\d{3})+)(?!\d)(?:\.\d+)?`;
const PLAIN = String.raw`\d+(?:\.\d+)?(?:e[-+]?\d+(?![\p{L}\d]))?|(?<![\p{L}\d.])\.\d+`;
const NUMBER = new RegExp(`${SIGN}${BEGINS}(?:${MIXED}|${FRACTION}|${GROUPED}|${PLAIN})`, 'giu');
/** "The final answer is: **8**": only right before a number. */
const CALLED = /(?:\banswer(?:\s+is\b|\s*[:：=])+|答案\s*[是为:：]+)[\s:：*_(]*(?=[-−]?[$€£¥￥]?\.?\d)/gi;

export function finalAnswer(text: string): string | null {
  const marked = answerMark(text);
  if (marked) return valueOf(marked.said);
  const boxed = lastBox(text);
  if (boxed) return valueOf(boxed);
  const line = withoutLatex(text.slice(text.trimEnd().lastIndexOf('\n') + 1));
  const called = [...line.matchAll(CALLED)].at(-1);
  if (called) return valueOf(line.slice(called.index + called[0].length).split(/[.!?](?=\s|$)|[。！？]/, 1)[0]);
  const number = text.match(NUMBER)?.at(-1);
  return number ? plainNumber(number) : null;
}

/** Of what stands behind a mark: the first number ("12 of 20"), in a sum the result; words stay as they are. */
function valueOf(said: string): string {
  const plain = withoutLatex(said)
    .replace(/(?<=\d)[ ,](?=\d{3}(?!\d))/g, '')
    .trim();
  if (/\\(?:sqrt|pi)\b|[√π]/.test(plain)) return plain;
  // What follows in brackets explains: "18 (9 + 9)".
  const [claim] = plain.split(/(?<=[\d.%])(?:\s+\(|\s*（)/, 1);
  const number = claim.slice(claim.lastIndexOf('=') + 1).match(NUMBER) ?? plain.match(NUMBER);
  return number ? plainNumber(number[0]) : plain;
}

/** What the last \boxed{…} holds, with the braces within it; to the line's end where it is not closed. */
function lastBox(text: string): string | null {
  const opened = text.lastIndexOf('\\boxed{');
  if (opened < 0) return null;
  const start = opened + '\\boxed{'.length;
  let end = start;
  for (let depth = 1; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === '{') depth++;
    else if (text[end] === '}' && --depth === 0) break;
  }
  return text.slice(start, end).trim() || null;
}

function withoutLatex(text: string): string {
  return text
    .replace(/(?<=\d)(?=\\[dt]?frac)/g, ' ')
    .replace(/\\[dt]?frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}/g, '$1/$2')
    .replace(/\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}/g, ' $1')
    .replace(/(?<=\d)(?:\{,\}|\\[,!;])(?=\d{3})/g, ',')
    .replace(/\\(?=[$%])/g, '');
}

function plainNumber(number: string): string {
  const plain = number.replace('−', '-').replace(/[$€£¥￥,\u00a0\u2009\u202f]/g, '');
  const mixed = /^(-?)(\d+) (\d+)\/(\d+)$/.exec(plain);
  if (mixed) {
    const [sign, whole, part, of] = [mixed[1], ...mixed.slice(2).map(BigInt)] as [string, bigint, bigint, bigint];
    return `${sign}${whole * of + part}/${of}`;
  }
  if (/e/i.test(plain)) return String(Number(plain));
  if (!plain.includes('.')) return plain;
  return plain.replace(/(?<!\d)\./, '0.').replace(/\.?0+$/, '');
}
