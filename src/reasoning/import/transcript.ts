/** Chains of thought in plain text: a reader for each way in which they are written, tried in order. */
import type { ReasoningTrace } from '../../protocol/reasoning';
import { findEquations } from '../arithmetic/equations';
import { finalAnswer } from './answer';
import { hasTemplateTokens, templateTurns } from './templateTurns';
import { chineseTurns, detailsTurns, markdownTurns, terminalTurns } from './textTurns';
import { thoughtsOf, thoughtsWithText } from './thoughts';
import { isDataTable } from './dataTable';
import { kindsOf } from './kinds';
import { answerSums, formatOf, hasMarks, traceOf } from './traceOf';
import type { Turn } from './turns';
import { turnTrace } from './turnTrace';

export interface TextReader {
  /** Names the family; shown to people. */
  name: string;
  /** null: a text of another kind. */
  read(text: string): ReasoningTrace | null;
}

const QUESTION = /^\s*(?:question|problem|user|human|q|问题|题目|用户)\s*[:：]\s*/i;
/** Who speaks next, before the thought. */
const SPEAKER =
  /(?:^|\n)\s{0,8}[#*_]{0,6}\s?(?:assistant|ai|bot|answer|response|助手|回答|答)[*_]{0,3}\s?[:：][*_]{0,3}\s*$/i;
/** What stands between a question and the steps of the bundled model's own prompts. */
const STEPS_LABEL = /^[ \t]*(?:steps|solution|步骤|解答)\s*[:：][ \t]*$/im;

/** A title alone on its line, as a heading or in bold, or LaTeX's; what it heads goes on to the next. */
const titled = (names: string): RegExp =>
  new RegExp(
    String.raw`^[ \t]*(?:#{1,6}[ \t]+|\*\*|__)[^\n]{0,12}?(?:${names})(?:[ \t]+\d{1,3})?[ \t]*[:：.]?(?:\*\*|__)?[ \t]*[:：]?[ \t]*$|^[ \t]*\\(?:(?:(?:sub){0,2}section\*?|paragraph|textbf)\{(?:${names})(?:[ \t]+\d{1,3})?[:：.]?\}|begin\{(?:${names})\})`,
    'gimu',
  );
const PROBLEM_TITLE = titled('problem(?: statement)?|question|task|exercise|题目|问题|例题?');
const SOLUTION_TITLE = titled('solution|steps|reasoning|working|worked solution|proof|解答|解法|解题过程|解|推理');

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
  { name: 'Question and steps', read: (text) => titledTrace(text) ?? labelledTrace(text) },
];

/** The trace of a whole text; its steps are empty where none are found. */
export function plainTrace(text: string): ReasoningTrace {
  for (const { name, read } of TEXT_READERS) {
    const trace = read(text);
    if (trace) return { ...trace, reader: name };
  }
  const trace = traceOf(text, { start: 0, end: text.length }, null);
  return comesToAnswer(trace) ? trace : { ...trace, answer: null };
}

/** Data end in a number, too: it is an answer where the last steps compute, conclude or call it one. */
function comesToAnswer({ steps, text, answer }: ReasoningTrace): boolean {
  if (answer === null || hasMarks(text)) return true;
  if (isDataTable(text)) return false;
  return steps.slice(-LAST_STEPS).some((step) => {
    const told = step.text.slice(-MOST_TOLD);
    const kinds = kindsOf({ ...step, text: told, equations: findEquations(told) });
    return kinds.some((kind) => kind === 'compute' || kind === 'conclude' || kind === 'answer') || COMES_TO.test(told);
  });
}

/** Steps from the end in which an answer is told, and UTF-16 units of each. */
const [LAST_STEPS, MOST_TOLD] = [4, 2000];
/** Words that state a result, whether or not it is worked out. */
const COMES_TO =
  /[=＝≈]|\b(?:is|are|was|were|has|have|had|gets?|got|left|remains?|total|costs?|need(?:s|ed)?|makes?|earn(?:s|ed)?|pays?|paid)\b|是|为|有|得|共|剩|需|答/i;

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
  const asked = text.slice(0, all[0].from).replace(QUESTION, '').replace(SPEAKER, '').trim() || null;
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

/** "## Problem", what is asked, "## Solution", the steps. */
function titledTrace(text: string): ReasoningTrace | null {
  const [asked] = text.matchAll(PROBLEM_TITLE);
  // Above it stand a few lines, and what a LaTeX file says of itself.
  const above = asked && text.slice(0, asked.index).trim().split(/\n/);
  if (!asked || above!.filter((line) => !/^\s*(?:\\|%|$)/.test(line)).length > 3) return null;
  const from = asked.index + asked[0].length;
  const solution = [...text.matchAll(SOLUTION_TITLE)].find(({ index }) => index > from);
  const question = solution ? text.slice(from, solution.index).trim() : '';
  if (!solution || question === '') return null;
  const start = solution.index + solution[0].length;
  return traceOf(text, { start, end: text.length }, question);
}
