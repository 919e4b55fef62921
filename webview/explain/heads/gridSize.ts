/** How large the small maps are. No DOM. */

export interface GridSize {
  /** CSS pixels of one map and of the space between two. */
  side: number;
  gap: number;
}

/** Large enough to see a pattern, small enough to see all of them. */
const [LEAST_SIDE, MOST_SIDE] = [14, 96];

/** Wider than the room where the heads do not fit at the least size; the grid then scrolls. */
export function gridSize(heads: number, width: number): GridSize {
  const gap = heads > 16 ? 2 : 4;
  const side = Math.floor((width - (heads - 1) * gap) / heads);
  return { side: Math.max(LEAST_SIDE, Math.min(MOST_SIDE, side)), gap };
}
