/** What an axis is told, and what places a value on it. */
import type { ScaleContinuousNumeric } from 'd3-scale';

export interface Axis {
  /** With the unit: "bits per byte", "sweeps". */
  label: string;
  scale?: 'linear' | 'log';
  /** Fixed ends; without them, the ends of what is drawn. */
  domain?: readonly [number | undefined, number | undefined];
  format?: (value: number) => string;
}

export type Scale = ScaleContinuousNumeric<number, number>;
