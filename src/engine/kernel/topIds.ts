/** Which are the largest of many numbers? */

/** Indices of the `top` largest in falling order, ties to the lower one, by insertion into a short list. */
export function topIds(values: ArrayLike<number>, top: number): number[] {
  const best: number[] = [];
  for (let id = 0; id < values.length; id++) {
    if (best.length === top && !(values[id] > values[best[top - 1]])) continue;
    let at = best.length;
    while (at > 0 && values[id] > values[best[at - 1]]) at--;
    best.splice(at, 0, id);
    if (best.length > top) best.pop();
  }
  return best;
}
