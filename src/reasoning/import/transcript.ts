/** Chains of thought in plain text: between <think> tags, GSM8K's worked answers, numbered lists, or just text. */
import type { ReasoningTrace, TextRange, TraceFormat } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { answerMark } from './answerLine';
import { isItem } from './item';
import { segment, stepsOf } from './segment';
import { thoughtsOf, thoughtsWithText } from './thoughts';

const QUESTION = /^\s*(?:question|problem|user|human|q|问题|题目|用户)\s*[:：]\s*/i;
/** What stands between a question and the steps of the bundled model's own prompts. */
const STEPS_LABEL = /^[ \t]*(?:steps|solution|步骤|解答)\s*[:：][ \t]*$/im;

/** The trace of a whole text; its steps are empty where none are found. */
export function plainTrace(text: string): ReasoningTrace {
  return thinkTrace(text) ?? labelledTrace(text) ?? traceOf(text, { start: 0, end: text.length }, null);
}

/** Steps from a range of the text; the answer is looked for in all that follows its beginning. */
export function traceOf(
  text: string,
  range: TextRange,
  question: string | null,
  format: TraceFormat = formatOf(text),
): ReasoningTrace {
  const division = format === 'gsm8k' ? 'lines' : 'found';
  const steps = stepsOf(text, segment(text, range, division));
  return { format, question, text, steps, division, answer: finalAnswer(text.slice(range.start)), logprobs: [] };
}

/** What is thought is between the tags, the answer is what follows them; where nothing is thought, that has the steps. */
function thinkTrace(text: string): ReasoningTrace | null {
  const all = thoughtsOf(text);
  if (all.length === 0) return null;
  const asked = text.slice(0, all[0].from).replace(QUESTION, '').trim() || null;
  const after = all.at(-1)!.to;
  const thoughts = thoughtsWithText(text);
  if (thoughts.length === 0) {
    return traceOf(text, { start: after, end: text.length }, asked, formatOf(text.slice(after)));
  }
  const [start, end] = [thoughts[0].start, thoughts.at(-1)!.end];
  const trace = traceOf(text, { start, end }, asked, 'think');
  return { ...trace, answer: finalAnswer(text.slice(after)) ?? finalAnswer(text.slice(start, end)) };
}

/** "Question: …" and what follows it, as the bundled model is asked. */
function labelledTrace(text: string): ReasoningTrace | null {
  const label = QUESTION.exec(text);
  if (!label) return null;
  const steps = STEPS_LABEL.exec(text);
  const end = steps ? steps.index : text.indexOf('\n', label[0].length);
  if (end < 0) return null;
  const start = steps ? steps.index + steps[0].length : end;
  return traceOf(text, { start, end: text.length }, text.slice(label[0].length, end).trim());
}

function formatOf(text: string): TraceFormat {
  if (hasMarks(text)) return 'gsm8k';
  return text.split('\n').filter(isItem).length >= 2 ? 'list' : 'plain';
}

/** GSM8K's marks: <<48/2=24>>, or a line with the answer below something else. */
export function hasMarks(text: string): boolean {
  if (/<<[^<>=\n]*=[^<>\n]*>>/.test(text)) return true;
  const mark = answerMark(text);
  return mark !== null && /\S[^\S\n]*\n\s*$/.test(text.slice(0, mark.start));
}
