/** The bundled model's training history (media/models/history.json) and how abrupt its curves are. */
import { Problem } from '../../protocol/problem';
import type { Shape } from './options';

type Grid = number[][];

export interface Checkpoint {
  tokens: number;
  loss: { code: number };
  /** [layers][heads]: mean weight on what the role names. */
  heads: Record<'previous' | 'induction' | 'bracket' | 'duplicate', Grid>;
  direct: { exact: number; digit_logprob: number };
  steps: { exact: number; digit_logprob: number };
}

/** Throws Problem model-invalid when the file is not a history. */
export function readHistory(bytes: Uint8Array): Checkpoint[] {
  try {
    const { checkpoints } = JSON.parse(new TextDecoder().decode(bytes)) as { checkpoints: Checkpoint[] };
    if (checkpoints.length < 3 || !checkpoints.every(({ tokens }) => Number.isFinite(tokens))) throw new Error('short');
    return checkpoints;
  } catch (thrown) {
    throw new Problem('model-invalid', `media/models/history.json holds no training history: ${String(thrown)}`, {
      file: 'media/models/history.json',
    });
  }
}

/**
 * Where the curve crosses a tenth and nine tenths of its way from the first value to its furthest, by straight lines
 * between checkpoints. Null for a curve that goes nowhere (less than `least`) or that starts before the first token.
 */
export function shapeOf(tokens: readonly number[], values: readonly number[], least: number): Shape | null {
  const start = values[0];
  const end = values.reduce((far, value) => (Math.abs(value - start) > Math.abs(far - start) ? value : far), start);
  if (Math.abs(end - start) < least) return null;
  const crossing = (share: number): number => {
    const level = start + share * (end - start);
    const at = values.findIndex((value) => (end > start ? value >= level : value <= level));
    if (at <= 0) return tokens[Math.max(0, at)];
    const within = (level - values[at - 1]) / (values[at] - values[at - 1]);
    return tokens[at - 1] + within * (tokens[at] - tokens[at - 1]);
  };
  const [from, to] = [crossing(0.1), crossing(0.9)];
  return from > 0 ? { from, to, doublings: Math.log2(to / from) } : null;
}

/** The head that is strongest at the end, and its score at each checkpoint. */
export function strongest(grids: readonly Grid[]): { layer: number; head: number; scores: number[] } {
  const last = grids[grids.length - 1];
  let [layer, head] = [0, 0];
  last.forEach((row, at) =>
    row.forEach((score, column) => {
      if (score > last[layer][head]) [layer, head] = [at, column];
    }),
  );
  return { layer, head, scores: grids.map((grid) => grid[layer][head]) };
}
