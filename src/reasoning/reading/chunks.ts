/**
 * How is a trace read that is longer than what a model reads at once? In chunks: each holds the question, the latest steps
 * before it, and the next ones, so that every step is read with what it most likely goes on from.
 */

export interface Chunk {
  /** The first step in sight; the first that this chunk reads for the trace; the one after the last. */
  firstStep: number;
  ownStep: number;
  endStep: number;
  /** Whether the question is in sight: it is unless it takes more than half of the budget. */
  withQuestion: boolean;
}

/** At most this share of the budget is for the latest steps of the chunk before. */
const LATEST = 1 / 3;

/**
 * Every step is some chunk's own. A step that is longer than the budget has a chunk by itself.
 * @param lengths tokens of each step
 * @param promptLength tokens of the question with its frame
 * @param limit tokens that the model reads at once
 */
export function chunksOf(lengths: readonly number[], promptLength: number, limit: number): Chunk[] {
  const total = lengths.reduce((sum, length) => sum + length, promptLength);
  const withQuestion = total <= limit || promptLength <= limit / 2;
  if (total <= limit || lengths.length === 0)
    return [{ firstStep: 0, ownStep: 0, endStep: lengths.length, withQuestion }];
  const stepBudget = limit - (withQuestion ? promptLength : 1);
  const chunks: Chunk[] = [];
  for (let ownStep = 0; ownStep < lengths.length;) {
    const forLatest = Math.min(stepBudget * LATEST, stepBudget - lengths[ownStep]);
    let [firstStep, used] = [ownStep, 0];
    while (firstStep > 0 && used + lengths[firstStep - 1] <= forLatest) used += lengths[--firstStep];
    let endStep = ownStep;
    do used += lengths[endStep++];
    while (endStep < lengths.length && used + lengths[endStep] <= stepBudget);
    chunks.push({ firstStep, ownStep, endStep, withQuestion });
    ownStep = endStep;
  }
  return chunks;
}
