/** A number of a plot in words: as the axis writes it, else with four digits. */
import type { Axis } from './axis';

export function figures(value: number, axis?: Pick<Axis, 'format'>): string {
  if (!Number.isFinite(value)) return '–';
  return axis?.format ? axis.format(value) : String(Number(value.toPrecision(4)));
}
