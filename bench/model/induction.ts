/**
 * Does a model continue what it has read only because of one head? Rows of random tokens given twice, whose second time only the first
 * can tell: what they cost as the model is, without the head, and without another of its layer.
 */
import { forward } from '../../src/engine/model/forward';
import type { LoadedModel } from '../../src/engine/model/load';
import { logProbabilities } from '../../src/engine/model/logits';
import { PROBE, probeIds } from '../../src/engine/reading/probe';
import { Trace } from '../../src/engine/trace/trace';
import type { Edit } from '../../src/protocol/edit';
import { bootstrapInterval, mean } from '../../src/shared/statistics';

/** Rows, each of a seed of its own, none of them the one that the heads' scores are of. */
const ROWS = 24;
/** A head is confirmed where its cut takes, with the whole interval, this many times what either control does. */
const TIMES_CONTROL = 2;

/** Bits a token. */
export interface InductionCut {
  layer: number;
  head: number;
  rows: number;
  /** The second time: as it is, without the head, and without each of its layer's other heads in turn (mean). */
  intact: number;
  without: number;
  withoutOthers: number;
  /** What the cut takes there. */
  takes: number;
  /** 95 %, by drawing rows. */
  interval: readonly [low: number, high: number];
  /** What it takes the first time, where nothing can be continued; below 0: it gives. */
  firstTime: number;
  needed: boolean;
}

export const cutOf = (layer: number, head: number): Edit => ({ site: 'z', layer, head, do: 'zero' });

/** Bits a token of a row, the first time and the second, under these edits. */
export async function repeatedBits(
  model: LoadedModel,
  edits: readonly Edit[],
  seed?: number,
): Promise<{ first: number; second: number }> {
  const ids = probeIds(model, seed);
  const trace = new Trace(model.config, model.kernel, ids.length, { edits });
  try {
    await forward(model, trace, ids);
    const logprobs = await logProbabilities(model, trace);
    const bits = (from: number, to?: number): number => -mean([...logprobs.subarray(from, to)]) / Math.LN2;
    // Neither time its first token, which is new to everybody.
    const again = ids.length - PROBE.length;
    return { first: bits(again - PROBE.length + 1, again), second: bits(again + 1) };
  } finally {
    trace.release();
  }
}

/** `scores`: [layers · heads] how much each head continues repetitions. Of the one that does it most. */
export async function inductionCut(
  model: LoadedModel,
  scores: readonly number[],
  rows: number = ROWS,
): Promise<InductionCut> {
  const { heads } = model.config;
  const best = scores.indexOf(Math.max(...scores));
  const layer = Math.floor(best / heads);
  const head = best - layer * heads;
  const others = Array.from({ length: heads }, (_, other) => other).filter((other) => other !== head);
  const found: Record<'intact' | 'without' | 'withoutOthers' | 'firstTime', number>[] = [];
  for (let row = 0; row < rows; row++) {
    const bits = (edits: Edit[]): ReturnType<typeof repeatedBits> => repeatedBits(model, edits, PROBE.seed + 1 + row);
    const [intact, without] = [await bits([]), await bits([cutOf(layer, head)])];
    const each: number[] = [];
    for (const other of others) each.push((await bits([cutOf(layer, other)])).second);
    found.push({
      intact: intact.second,
      without: without.second,
      withoutOthers: mean(each),
      firstTime: without.first - intact.first,
    });
  }
  const taken = (some: typeof found): number => mean(some.map((row) => row.without - row.intact));
  const of = (what: keyof (typeof found)[number]): number => mean(found.map((row) => row[what]));
  const interval = bootstrapInterval(found, (drawn) => taken([...drawn]));
  const [intact, without, withoutOthers, firstTime] = [
    of('intact'),
    of('without'),
    of('withoutOthers'),
    of('firstTime'),
  ];
  const control = Math.max(Math.abs(firstTime), Math.abs(withoutOthers - intact));
  const needed = interval[0] > TIMES_CONTROL * control;
  return { layer, head, rows, intact, without, withoutOthers, takes: taken(found), interval, firstTime, needed };
}
