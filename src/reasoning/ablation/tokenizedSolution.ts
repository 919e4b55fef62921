/** A solution in tokens: prompt, text, and where its steps lie, for experiments that go through it again and again. */
import { Problem } from '../../protocol/problem';
import type { TextRange, WrittenSolution } from '../../protocol/reasoning';
import { stepOfTokens, tokenRanges } from '../reading/segments';
import { textTokens } from '../reading/textTokens';
import { contextOf } from '../reading/read';
import { buildPrompt } from '../solve/prompt';
import type { Reasoner } from '../solve/reasoner';

export interface TokenizedSolution {
  prompt: number[];
  /** Tokens of the text up to the end of its last step. */
  ids: number[];
  /** [steps]: in `ids`. */
  ranges: { from: number; to: number }[];
  steps: readonly TextRange[];
  text: string;
  textStart: number;
  /** Steps that fit into what the model looks back over, from the first. */
  fitting: number;
}

export function tokenized(
  reasoner: Reasoner,
  { question, text, textStart, steps, ids }: WrittenSolution,
): TokenizedSolution {
  const prompt = reasoner.encodePrompt(
    question === null ? { text: '', bos: true, template: [] } : buildPrompt(reasoner.style, question, true),
  );
  const own = text.slice(textStart, steps.at(-1)?.end ?? textStart);
  const tokens = textTokens(reasoner.model.tokenizer, own, ids);
  const placed = tokens.map(({ start, end }) => ({ start: start + textStart, end: end + textStart }));
  const ranges = tokenRanges(stepOfTokens(placed, steps, text), steps.length);
  // Room for the forced answer after the last step.
  const textBudget = contextOf(reasoner) - prompt.length - ANSWER_ROOM;
  return {
    prompt: prompt.map(({ id }) => id),
    ids: tokens.map(({ id }) => id),
    ranges,
    steps,
    text,
    textStart,
    fitting: ranges.filter(({ to }) => to <= textBudget).length,
  };
}

/** Tokens of "#### " and a number. */
export const ANSWER_ROOM = 16;

/** Why nothing can be measured of a step that lies beyond those. */
export function outOfReach(reasoner: Reasoner, { prompt, ranges }: TokenizedSolution, step: number): Problem {
  const [context, tokens] = [contextOf(reasoner), prompt.length + ranges[step].to + ANSWER_ROOM];
  const message = `Step ${step + 1} ends at token ${tokens}; at most ${context} are read at once.`;
  return new Problem('prompt-too-long', message, { what: 'reading', tokens, context });
}

/** The text from its beginning to the end of that many steps. */
export function textUpTo({ text, textStart, steps }: TokenizedSolution, count: number): string {
  return count === 0 ? '' : text.slice(textStart, steps[count - 1].end);
}
