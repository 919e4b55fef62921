/** Reading learning curves against each other: loss at equal compute, compute to equal loss. */

export interface LossCurve {
  /** [points], rising; any unit. */
  compute: readonly number[];
  /** [points] */
  loss: readonly number[];
}

/** Loss after so much compute, between the points in a straight line; NaN outside of them. */
export function lossAt({ compute, loss }: LossCurve, spent: number): number {
  return between(compute, loss, spent, (value, next) => value <= spent && spent <= next);
}

/** The least compute at which a straight line between two points passes the loss; NaN when none does. */
export function computeTo({ compute, loss }: LossCurve, wanted: number): number {
  return between(loss, compute, wanted, (value, next) => value >= wanted && wanted >= next);
}

function between(
  xs: readonly number[],
  ys: readonly number[],
  x: number,
  holds: (value: number, next: number) => boolean,
): number {
  for (let at = 0; at + 1 < xs.length; at++) {
    if (!holds(xs[at], xs[at + 1])) continue;
    const share = xs[at + 1] === xs[at] ? 0 : (x - xs[at]) / (xs[at + 1] - xs[at]);
    return ys[at] + share * (ys[at + 1] - ys[at]);
  }
  return NaN;
}
