/**
 * Receiver heads (Bogdan et al. 2025, "Thought Anchors"): heads whose attention between steps narrows to a few earlier
 * steps. Each head's step × step matrix of mean token attention is scored by columns; a head's kurtosis over its columns
 * says how narrow it is.
 */
import type { ReceiverHead } from '../../protocol/reasoning';
import { STEPS } from './segments';
import type { SegmentAttention } from './attention';

/** Later steps that are too near to count: what a step says is taken up by the next ones anyway. */
export const NEAREST = 4;
/** Fewer columns have no meaningful kurtosis. */
export const LEAST_COLUMNS = 4;

/** [steps][steps] of one head: mean weight from a token of step i to a token of step j. */
export function stepMatrix(attention: SegmentAttention, head: number, lengths: readonly number[]): Float32Array {
  const steps = lengths.length;
  const matrix = new Float32Array(steps * steps);
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j <= i; j++) {
      const share = attention.shares[(head * steps + i) * attention.segments + STEPS + j];
      if (lengths[j] > 0) matrix[i * steps + j] = share / lengths[j];
    }
  }
  return matrix;
}

/** Mean of each column over the rows beyond the nearest: [steps − NEAREST − 1]; empty for short traces. */
export function columnScores(matrix: Float32Array, steps: number, nearest = NEAREST): number[] {
  const scores: number[] = [];
  for (let j = 0; j + nearest + 1 < steps; j++) {
    let sum = 0;
    for (let i = j + nearest + 1; i < steps; i++) sum += matrix[i * steps + j];
    scores.push(sum / (steps - j - nearest - 1));
  }
  return scores;
}

/** Excess kurtosis of a population (scipy.stats.kurtosis): m4 / m2² − 3; NaN where nothing varies. */
export function kurtosis(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [m2, m4] = [0, 0];
  for (const value of values) {
    m2 += (value - mean) ** 2 / n;
    m4 += (value - mean) ** 4 / n;
  }
  return m2 > 0 ? m4 / m2 ** 2 - 3 : NaN;
}

/** The narrowest heads first; empty for traces with too few steps. */
export function receiverHeads(
  attention: SegmentAttention,
  heads: number,
  lengths: readonly number[],
  top: number,
): ReceiverHead[] {
  const steps = lengths.length;
  if (steps === 0) return [];
  const count = attention.shares.length / (steps * attention.segments);
  const found: ReceiverHead[] = [];
  for (let head = 0; head < count; head++) {
    const scores = columnScores(stepMatrix(attention, head, lengths), steps);
    if (scores.length < LEAST_COLUMNS) return [];
    const narrow = kurtosis(scores);
    if (Number.isNaN(narrow)) continue;
    found.push({ layer: Math.floor(head / heads), head: head % heads, kurtosis: narrow, scores });
  }
  return found.sort((a, b) => b.kurtosis - a.kurtosis).slice(0, top);
}
