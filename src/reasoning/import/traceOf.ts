/** Steps from a range of a text, and what kind of text it is. */
import type { ReasoningTrace, Step, TextRange, TraceFormat } from '../../protocol/reasoning';
import { findEquations } from '../arithmetic/equations';
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

/** The look for sums goes on without a breath, so that longer answers are not looked through, nor longer sentences to their ends. */
const [LONGEST_ANSWER, LONGEST_SENTENCE] = [100_000, 2000];

/** Of what is said when the thoughts are over, the sentences that hold sums: a wrong one among them is as wrong. */
export function answerSums(text: string, start: number): Step[] {
  if (text.length - start > LONGEST_ANSWER) return [];
  const holdsSum = (range: TextRange): boolean => {
    const own = text.slice(range.start, Math.min(range.end, range.start + LONGEST_SENTENCE));
    return findEquations(own).length > 0;
  };
  return unchecked(text, segment(text, { start, end: text.length }).filter(holdsSum));
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
