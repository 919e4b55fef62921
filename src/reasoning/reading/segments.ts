/** Which token belongs to which part of a solution: the start token, the question with its frame, the steps. */
import type { TextRange } from '../../protocol/reasoning';

/** Segment of the first token, on which heads rest that have nothing to look at. */
export const START = 0;
/** Segment of the prompt. */
export const QUESTION = 1;
/** Segment of step i is STEPS + i. */
export const STEPS = 2;

/**
 * [tokens]: the step of each token of the text; −1 before the first. A token belongs to the step that its first visible
 * character is in; what stands between two steps (line ends) belongs to the one before.
 */
export function stepOfTokens(tokens: readonly TextRange[], steps: readonly TextRange[], text: string): Int32Array {
  const owner = new Int32Array(tokens.length).fill(-1);
  let step = -1;
  tokens.forEach(({ start, end }, i) => {
    let visible = start;
    while (visible < end - 1 && /\s/.test(text[visible])) visible++;
    while (step + 1 < steps.length && visible >= steps[step + 1].start) step++;
    owner[i] = step;
  });
  return owner;
}

/** [steps]: half-open token ranges; empty where a step has no token of its own. */
export function tokenRanges(owner: Int32Array, steps: number): { from: number; to: number }[] {
  const ranges = Array.from({ length: steps }, () => ({ from: 0, to: 0 }));
  owner.forEach((step, i) => {
    if (step < 0) return;
    const range = ranges[step];
    if (range.to === 0) range.from = i;
    range.to = i + 1;
  });
  return ranges;
}
