/** Chains of thought in plain text: a reader for each way in which they are written, tried in order. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { finalAnswer } from './answer';
import { hasTemplateTokens, templateTurns } from './templateTurns';
import { chineseTurns, detailsTurns, markdownTurns, terminalTurns } from './textTurns';
import { thoughtsOf, thoughtsWithText } from './thoughts';
import { answerSums, formatOf, traceOf } from './traceOf';
import type { Turn } from './turns';
import { turnTrace } from './turnTrace';

export interface TextReader {
  /** Names the family; shown to people. */
  name: string;
  /** null: a text of another kind. */
  read(text: string): ReasoningTrace | null;
}

const QUESTION = /^\s*(?:question|problem|user|human|q|问题|题目|用户)\s*[:：]\s*/i;
/** What stands between a question and the steps of the bundled model's own prompts. */
const STEPS_LABEL = /^[ \t]*(?:steps|solution|步骤|解答)\s*[:：][ \t]*$/im;

const fromTurns = (turns: (text: string) => Turn[] | null) => (text: string) => {
  const found = turns(text);
  return found && (turnTrace(found, thoughtOrPlain)?.trace ?? null);
};

export const TEXT_READERS: readonly TextReader[] = [
  { name: 'Chat template', read: fromTurns(templateTurns) },
  { name: 'ollama run', read: fromTurns(terminalTurns) },
  { name: 'Details', read: fromTurns(detailsTurns) },
  { name: 'Thought marks', read: thinkTrace },
  { name: 'Markdown chat', read: fromTurns(markdownTurns) },
  { name: '解…答', read: fromTurns(chineseTurns) },
  { name: 'Question and steps', read: labelledTrace },
];

/** The trace of a whole text; its steps are empty where none are found. */
export function plainTrace(text: string): ReasoningTrace {
  for (const { name, read } of TEXT_READERS) {
    const trace = read(text);
    if (trace) return { ...trace, reader: name };
  }
  return traceOf(text, { start: 0, end: text.length }, null);
}

/** Whether marks tell that a text is a chain of thought, whatever it says. */
export const hasThoughtMarks = (text: string): boolean =>
  hasTemplateTokens(text) ||
  thoughtsOf(text).length > 0 ||
  [terminalTurns, detailsTurns, markdownTurns, chineseTurns].some((turns) => turns(text) !== null);

/** What one speaker wrote: within it nobody else speaks. */
const thoughtOrPlain = (text: string): ReasoningTrace =>
  thinkTrace(text) ?? traceOf(text, { start: 0, end: text.length }, null);

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
  return {
    ...trace,
    steps: [...trace.steps, ...answerSums(text, after)],
    answer: finalAnswer(text.slice(after)) ?? finalAnswer(text.slice(start, end)),
  };
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
