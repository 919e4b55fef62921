/** Which part of a long trace is read: what is in view, with as much before it as the model can look back over. */

export interface Window {
  /** First step that is read, and the one after the last. */
  firstStep: number;
  endStep: number;
  /** Whether the question is read before them. */
  withQuestion: boolean;
}

/**
 * @param lengths tokens of each step
 * @param promptLength tokens of the question with its frame
 * @param limit tokens that the model looks back over
 * @param view the step that must be in
 */
export function windowAround(lengths: readonly number[], promptLength: number, limit: number, view: number): Window {
  const total = lengths.reduce((sum, length) => sum + length, promptLength);
  if (total <= limit) return { firstStep: 0, endStep: lengths.length, withQuestion: true };
  // A question that takes more than half of the room leaves too little for the steps.
  const withQuestion = promptLength <= limit / 2;
  let room = limit - (withQuestion ? promptLength : 1);
  let firstStep = view;
  let endStep = view;
  while (endStep < lengths.length && endStep <= view) room -= lengths[endStep++];
  while (firstStep > 0 && lengths[firstStep - 1] <= room) room -= lengths[--firstStep];
  while (endStep < lengths.length && lengths[endStep] <= room) room -= lengths[endStep++];
  return { firstStep, endStep, withQuestion };
}
