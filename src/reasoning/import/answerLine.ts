/** The mark "####" and the answer behind it, which closes a worked solution. Markdown's headings of level four look alike. */
import type { Step, TextRange } from '../../protocol/reasoning';
import { isItem } from './item';

const MARK = /(?<!#)####(?!#)[^\n]*/g;
const VALUE = /^[*_$€£¥￥\s]*[-−]?[$€£¥￥]?(?:\d[\d.,/ ]*|\.\d+)(?:e[-+]?\d+)?\s*%?[*_$\s.。]*$/i;
/** Bounds the time that VALUE takes on hostile lines. */
const LONGEST_VALUE = 40;

/** Behind a mark: a value alone is an answer anywhere; words are one only in the last line, where they are no item's title. */
function isAnswer(said: string, isLast: boolean): boolean {
  if (said.length <= LONGEST_VALUE && VALUE.test(said)) return true;
  return isLast && said !== '' && !isItem(said);
}

/** The last "####" that gives an answer, to the end of its line; null where there is none. */
export function answerMark(text: string): (TextRange & { said: string }) | null {
  for (const { index, 0: line } of [...text.matchAll(MARK)].reverse()) {
    const end = index + line.length;
    const said = line.slice(4).trim();
    if (isAnswer(said, /^\s*$/.test(text.slice(end)))) return { start: index, end, said };
  }
  return null;
}

/** Whether a line, without the white space around it, is nothing but the answer. */
export function isAnswerLine(line: string, isLast: boolean): boolean {
  return line.startsWith('####') && line[4] !== '#' && isAnswer(line.slice(4).trim(), isLast);
}

/** The steps, and behind them the "####" line that follows the last one. */
export function withAnswerLine(text: string, steps: readonly Step[]): Step[] {
  const last = steps.at(-1);
  if (!last) return [];
  const match = /^\s*\n[ \t]*(####[^\n]*\S)/.exec(text.slice(last.end));
  if (!match) return [...steps];
  const end = last.end + match[0].length;
  // The end of a thought is one, too.
  if (!isAnswerLine(match[1], /^\s*(?:<\/|$)/.test(text.slice(end)))) return [...steps];
  return [...steps, { start: end - match[1].length, end, text: match[1], equations: [], isAnswer: true }];
}
