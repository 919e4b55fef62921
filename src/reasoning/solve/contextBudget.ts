/** Does a model's context hold a problem and its answer? What does not fit would be answered out of a prompt that is cut. */
import { Problem } from '../../protocol/problem';
import type { TooLong, WordProblem } from '../../protocol/reasoning';
import { ANSWER_MARK } from './answerMark';
import { buildPrompt, hasExamples } from './prompt';
import type { Reasoner } from './reasoner';

/** Tokens of a short answer, spelled byte by byte: its mark and a number; before them, a step or two. */
const SHORT_ANSWER_TOKENS = { direct: 12, steps: 48 };

/** What a model is to write on from. */
export interface ContextDemand {
  question: string;
  withSteps: boolean;
  /** Tokens of the prompt, and of the steps that are already written after it. */
  prompt: number;
  written?: number;
  /** Tokens of the answer; where it is not known, those of a short one. */
  answerTokens?: number;
}

/** Throws Problem prompt-too-long, which says what it is that takes the room. */
export function checkContextBudget(reasoner: Reasoner, demand: ContextDemand): void {
  const { question, withSteps, prompt, written = 0 } = demand;
  const { context } = reasoner.model.config;
  const answerTokens = demand.answerTokens ?? (withSteps ? SHORT_ANSWER_TOKENS.steps : SHORT_ANSWER_TOKENS.direct);
  if (prompt + written + answerTokens <= context) return;
  const isFull = (tokens: number): boolean => tokens + answerTokens > context;
  const frame = (): number => promptTokens(reasoner, '', withSteps);
  const what = !isFull(prompt)
    ? 'steps'
    : hasExamples(reasoner.style) && question !== '' && isFull(frame())
      ? 'worked-examples'
      : 'problem';
  const tokens = prompt + written;
  throw new Problem(
    'prompt-too-long',
    `The model's context is ${context} tokens; its prompt (${what}) takes ${tokens}, which leaves no room for an answer.`,
    { what, tokens, context },
  );
}

/** Whether all these problems fit with their right solutions, so that all of one kind are tried or none. */
export function tooLong(reasoner: Reasoner, problems: readonly WordProblem[]): TooLong | null {
  const { context } = reasoner.model.config;
  let [most, tokens] = [0, 0];
  for (const problem of problems) {
    for (const withSteps of [false, true]) {
      const { prompt, answerTokens } = contextDemand(reasoner, problem, withSteps);
      most = Math.max(most, prompt + answerTokens);
      tokens = Math.max(tokens, prompt);
    }
  }
  return most > context ? { context, tokens, withExamples: hasExamples(reasoner.style) } : null;
}

export function contextDemand(
  reasoner: Reasoner,
  { question, steps, answer }: WordProblem,
  withSteps: boolean,
): Required<Omit<ContextDemand, 'written'>> {
  const solution = [...(withSteps ? steps : []), `${ANSWER_MARK} ${answer}\n`].join('\n');
  const answerTokens = reasoner.model.tokenizer.encode(solution).length;
  return { question, withSteps, prompt: promptTokens(reasoner, question, withSteps), answerTokens };
}

function promptTokens(reasoner: Reasoner, question: string, withSteps: boolean): number {
  return reasoner.encodePrompt(buildPrompt(reasoner.style, question, withSteps)).length;
}
