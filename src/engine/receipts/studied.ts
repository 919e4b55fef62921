/** What edges of like weights did on other texts (bench/receipts.mjs): controls, and where weight and effect disagree. */
import type { EdgeReceipt, StudiedBin, StudiedEdges } from '../../protocol/receipts';
import type { Control } from './controls';
import { sizeOf } from './edges';

/** Percentiles of controls that serve where there is no study. */
const [RARE, COMMON] = [0.05, 0.95];

export function studiedControls({ unit, others, sinks }: StudiedEdges): Control[] {
  return [others, sinks].flatMap((bins, isSink) =>
    bins.flatMap(({ weight, sizes }) => sizes.map((size) => ({ weight, isSink: isSink === 1, size: size * unit }))),
  );
}

/** See EdgeReceipt; edges below the floor, and weights that the study has none of, are not judged. */
export function markDisagreement(
  edges: readonly EdgeReceipt[],
  studied: StudiedEdges | null,
  sinks: readonly boolean[],
  floor: number,
): void {
  for (const edge of edges) {
    const size = sizeOf(edge);
    if (edge.knockout === null || size <= floor) continue;
    if (!studied) {
      const { percentile } = edge;
      if (percentile !== null && percentile <= RARE) edge.disagrees = 'more';
      if (percentile !== null && percentile >= COMMON) edge.disagrees = 'less';
      continue;
    }
    const bin = binOf(sinks[edge.key] ? studied.sinks : studied.others, edge.weight, studied.factor);
    if (!bin) continue;
    if (size > bin.high * studied.unit) edge.disagrees = 'more';
    else if (size < bin.low * studied.unit) edge.disagrees = 'less';
  }
}

function binOf(bins: readonly StudiedBin[], weight: number, factor: number): StudiedBin | undefined {
  const half = Math.sqrt(factor);
  return bins.find((bin) => weight >= bin.weight / half && weight < bin.weight * half);
}
