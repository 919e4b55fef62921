/** How far back an answer sees that is forced after a step of a long trace: to the beginning, else to the latest steps. */

export interface Reach {
  /** [steps + 1]: the first step in sight after that many; NaN where the last one alone is too long. */
  starts: number[];
  /** Steps after which everything before them is in sight. */
  whole: number;
  /** Whether the question is in sight after later steps, too: it is unless it takes more than half of the room. */
  withQuestion: boolean;
}

/**
 * What is in sight moves on in strides: the tokens of the steps that stay are read once for all points of a stride. At
 * least this share of the room is filled, if steps are not longer than the rest.
 */
const KEPT = 3 / 4;

/**
 * @param lengths tokens of each step
 * @param promptLength tokens of the question with its frame
 * @param limit tokens that the model takes at once
 */
export function reachOf(lengths: readonly number[], promptLength: number, limit: number): Reach {
  const withQuestion = promptLength <= limit / 2;
  const stepBudget = limit - (withQuestion ? promptLength : 1);
  const starts = [0];
  let [start, length, whole, all] = [0, 0, 0, promptLength];
  lengths.forEach((own, step) => {
    length += own;
    all += own;
    if (all <= limit) whole = step + 1;
    else if (length > stepBudget) while (start < step && length > stepBudget * KEPT) length -= lengths[start++];
    starts.push(length <= stepBudget || all <= limit ? start : NaN);
  });
  return { starts, whole, withQuestion };
}
