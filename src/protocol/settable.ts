/** Which numbers can a person set with a control? Those from `min` in whole steps to `max`, as a field of numbers has them. */
interface Steps {
  min: number;
  max: number;
  step: number;
}

/** Of a step: what decimals like 0.1 are off by as binary numbers. */
const TOLERANCE = 1e-6;

/** The nearest; `value` itself where it is one, up to what binary numbers are off by. `value` is finite. */
export function nearestSettable({ min, max, step }: Steps, value: number): number {
  const steps = Math.round((value - min) / step);
  const last = Math.floor((max - min) / step + TOLERANCE);
  const nearest = min + Math.min(last, Math.max(0, steps)) * step;
  return Math.abs(nearest - value) < TOLERANCE * step ? value : nearest;
}

export const isSettable = (steps: Steps, value: number): boolean =>
  Number.isFinite(value) && nearestSettable(steps, value) === value;
