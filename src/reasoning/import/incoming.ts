/** What comes in from outside: a file's bytes, a selected text, a server's completion. */
import { looksBinary } from '../../shared/cutText';
import { textOfBytes } from '../../shared/textOfBytes';
import { Problem } from '../../protocol/problem';
import type { ReasoningTrace, Taken } from '../../protocol/reasoning';
import { findEquations } from '../arithmetic/equations';
import { annotated, checkSteps } from './annotate';
import { withAnswerLine } from './answerLine';
import { isDataTable } from './dataTable';
import { recordTrace } from './records';
import { segment, stepsOf } from './segment';
import { mayBeSource } from './sourceCode';
import { thoughtsOf } from './thoughts';
import { asksFor } from './workedList';
import { isTrace } from './traceMarks';
import { atOnce } from './work';

/** Throws Problem input-binary. */
export function decodedText(bytes: Uint8Array, file: string): string {
  const text = textOfBytes(bytes);
  if (looksBinary(text)) throw new Problem('input-binary', 'Not a text file.', { file });
  return text;
}

/** More words are no problem that a person types. */
const MANY_WORDS = 120;
/** A long text that computes less than once in so many steps, and reasons less than once in so many, is prose with a sum in it. */
const [SELDOM, HARDLY] = [20, 5];
/** Of a longer text, its beginning tells what it computes. */
const MOST_TELLING = 100_000;

/**
 * By evidence, which is told: marks, tags and records tell at once; else a text that asks and computes nothing is a problem,
 * one that computes and asks nothing a trace. Where it does both, is code or a table, or is long and hardly does either, nobody can say.
 */
export function takenFor(text: string): Taken {
  if (isTrace(text)) return { takenFor: 'trace', because: 'marks' };
  const telling = text.slice(0, MOST_TELLING);
  if (mayBeSource(telling)) return { takenFor: 'unsure', because: 'code' };
  if (isDataTable(telling, true)) return { takenFor: 'unsure', because: 'table' };
  const sums = findEquations(telling).length;
  const asks = /[?？][\s"'”’)）*]{0,8}$/.test(text.trimEnd()) || asksFor(text);
  const steps = annotated(stepsOf(telling, segment(telling, { start: 0, end: telling.length })), null);
  const kinds = steps.flatMap((step) => step.kinds ?? []);
  const reasons = kinds.filter((kind) => kind === 'backtrack' || kind === 'conclude' || kind === 'check').length;
  if (asks && (sums >= 2 || reasons >= 3)) return { takenFor: 'unsure', because: 'both' };
  if (asks) return { takenFor: 'problem', because: 'asks' };
  if (sums * SELDOM < steps.length && reasons * HARDLY < steps.length && sums > 0)
    return { takenFor: 'unsure', because: 'long' };
  if (sums >= 2 || (sums > 0 && reasons > 0)) return { takenFor: 'trace', because: 'sums' };
  if (reasons >= 2) return { takenFor: 'unsure', because: 'reasons' };
  return telling.split(/\s+/).length > MANY_WORDS
    ? { takenFor: 'unsure', because: 'long' }
    : { takenFor: 'problem', because: 'short' };
}

/** A completion as a trace. What a model says at once, without steps, is one step. Throws Problem no-steps where it says nothing. */
export function wholeTrace(completion: object, question: string): ReasoningTrace {
  const trace = recordTrace({ ...completion, question });
  if (!trace || trace.text.trim() === '') throw new Problem('no-steps', 'The answer is empty.');
  const { text } = trace;
  const steps = withAnswerLine(text, trace.steps);
  if (steps.length > 0) return { ...trace, steps: atOnce(checkSteps({ text, steps, question })) };
  const after = text.slice(thoughtsOf(text).at(-1)?.to ?? 0);
  if (after.trim() === '') throw new Problem('no-steps', 'The answer is empty.');
  const start = text.length - after.trimStart().length;
  const end = text.trimEnd().length;
  return { ...trace, steps: [{ start, end, text: text.slice(start, end), equations: [] }] };
}
