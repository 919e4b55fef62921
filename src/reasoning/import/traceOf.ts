/** Steps from a range of a text, and what kind of text it is. */
import type { ReasoningTrace, TextRange, TraceFormat } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { answerMark } from './answerLine';
import { isItem } from './item';
import { segment, unchecked } from './segment';

/** Its sums are for `checkSteps`. The answer is looked for in all that follows the range's beginning. */
export function traceOf(
  text: string,
  range: TextRange,
  question: string | null,
  format: TraceFormat = formatOf(text),
): ReasoningTrace {
  const division = format === 'gsm8k' ? 'lines' : 'found';
  const steps = unchecked(text, segment(text, range, division));
  return { format, question, text, steps, division, answer: finalAnswer(text.slice(range.start)), logprobs: [] };
}

export function formatOf(text: string): TraceFormat {
  if (hasMarks(text)) return 'gsm8k';
  return text.split('\n').filter(isItem).length >= 2 ? 'list' : 'plain';
}

/** GSM8K's marks: <<48/2=24>>, or a line with the answer below something else. */
export function hasMarks(text: string): boolean {
  if (/<<[^<>=\n]*=[^<>\n]*>>/.test(text)) return true;
  const mark = answerMark(text);
  return mark !== null && /\S[^\S\n]*\n\s*$/.test(text.slice(0, mark.start));
}
