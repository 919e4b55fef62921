/** Layers whose queries see only so many positions back, as the metadata says which. */
import type { Keys } from '../keys';

/** Bound that keeps a lying file from asking for absurd amounts. */
const MAX_WINDOW = 2 ** 31;

/**
 * [layers] The window of each layer; undefined for those that see everything. `every`: of so many layers the last sees
 * everything, where the file does not say it (llama.cpp's load_swa_pattern); a list names each layer's kind. `width`: where the
 * file has none; 0: no windows then. `firstSees`: of so many layers the first sees everything instead.
 */
export function windowsOf(
  keys: Keys,
  layers: number,
  every: number,
  { width = 0, firstSees = false }: { width?: number; firstSees?: boolean } = {},
): (number | undefined)[] {
  const window = keys.integer('attention.sliding_window', MAX_WINDOW, 0) ?? width;
  if (window === 0) return Array<undefined>(layers).fill(undefined);
  const narrow = keys.booleans('attention.sliding_window_pattern', layers);
  const pattern = narrow ? every : (keys.integer('attention.sliding_window_pattern', layers, 0) ?? every);
  return Array.from({ length: layers }, (_, l) => {
    const seeing = firstSees ? 0 : pattern - 1;
    const isNarrow = narrow ? narrow[l] : pattern === 0 || l % pattern !== seeing;
    return isNarrow ? window : undefined;
  });
}

/** Of windows to both sides the file says the whole width; so many positions are seen to either side, the own among them. */
export const toEitherSide = (width: number | undefined): number | undefined =>
  width === undefined ? undefined : Math.floor(width / 2) + 1;
