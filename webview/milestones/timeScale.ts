/** Where a year lies on the band: to scale, with the years before 2010 drawn five times as close. No DOM. */

/** The years of the band: the first of them, the one at which the scale changes, and the end of the last. */
export const BAND_YEARS = { first: 1955, change: 2010, end: 2027 };

/** A year before the change is so much narrower. */
export const NARROWER = 5;

/** 0 to 1 from the band's left to its right. @param year with its months as a fraction */
export function place(year: number): number {
  const { first, change, end } = BAND_YEARS;
  const units = (at: number): number => Math.min(at, change) / NARROWER + Math.max(0, at - change);
  return (units(year) - units(first)) / (units(end) - units(first));
}
