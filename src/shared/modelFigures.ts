/** How sizes of models are written: "8.2B" parameters, "4.9 GB", the same in every language. */

/** 494,032,768 → "494M", 8,190,735,360 → "8.2B" */
export function parameterCount(count: number): string {
  const [unit, letter] = count >= 999.5e6 ? [1e9, 'B'] : count >= 999.5e3 ? [1e6, 'M'] : [1e3, 'K'];
  return `${rounded(count / unit)}${letter}`;
}

/** Decimal units, as disks and downloads are sold in. */
export function byteCount(bytes: number): string {
  const [unit, name] = bytes >= 999.5e6 ? [1e9, 'GB'] : bytes >= 999.5e3 ? [1e6, 'MB'] : [1e3, 'kB'];
  return `${rounded(bytes / unit)} ${name}`;
}

const rounded = (value: number): string => value.toFixed(value < 9.95 ? 1 : 0);
