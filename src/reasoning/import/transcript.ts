/** Chains of thought in plain text: between <think> tags, GSM8K's worked answers, numbered lists, or just text. */
import type { ReasoningTrace, TextRange, TraceFormat } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { segment, stepsOf } from './segment';

const OPEN = /<(think|thinking|reasoning|thought)>/i;
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

/** What is thought is between the tags; the answer is what follows them. A missing tag is the text's end. */
function thinkTrace(text: string): ReasoningTrace | null {
  const open = OPEN.exec(text);
  const name = open?.[1] ?? 'think';
  const close = new RegExp(`</${name}>`, 'i').exec(text);
  // Chat templates that open the thought themselves leave only the closing tag.
  if (!open && !close) return null;
  const start = open ? open.index + open[0].length : 0;
  const end = close ? close.index : text.length;
  if (end < start) return null;
  const asked = open ? text.slice(0, open.index).trim() : '';
  const after = close ? text.slice(close.index + close[0].length) : '';
  const trace = traceOf(text, { start, end }, asked ? asked.replace(QUESTION, '') : null, 'think');
  return { ...trace, answer: finalAnswer(after) ?? finalAnswer(text.slice(start, end)) };
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
  if (/<<[^<>=\n]*=[^<>\n]*>>|^[ \t]*####/m.test(text)) return 'gsm8k';
  return [...text.matchAll(/^[ \t]*\(?\d{1,3}[.)、．]\s/gm)].length >= 2 ? 'list' : 'plain';
}
