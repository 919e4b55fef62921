/** How rare is an effect among edges that weigh the same? Edges of other queries of the text, cut in the same way. */
import type { EdgeReceipt } from '../../protocol/receipts';
import { seededRandom, shuffle } from '../../shared/random';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import type { Trace } from '../trace/trace';
import { edgesOf, edgeTotals, sizeOf, type Edge } from './edges';
import { takeQuery } from './query';

/** Queries that controls are taken from, at most, and edges of each. */
const [QUERIES, EDGES] = [24, 160];
/** Weights at most this many times as large or small are alike; fewer alike edges than that are no fair control. */
const [ALIKE, LEAST] = [1.5, 99];
/** Queries that early see too little to be like later ones. */
const EARLIEST = 8;

export interface Control {
  weight: number;
  isSink: boolean;
  size: number;
}

/** Heads rest on the first token and on line breaks: a class of their own. [tokens] */
export function sinkTokens({ tokenizer }: LoadedModel, { ids }: Trace): boolean[] {
  return ids.map((id, position) => position === 0 || /[\n\r]/.test(tokenizer.decode([id])));
}

/**
 * Knockouts of edges at other queries, of every size of weight. Deterministic for a seed. Costs `takeQuery` and `edgeTotals` for
 * each of at most QUERIES queries; of a model larger than memory these share its passes.
 */
export async function takeControls(
  model: LoadedModel,
  trace: Trace,
  {
    position,
    sinks,
    seed = 1,
    pause,
  }: { position: number; sinks: readonly boolean[]; seed?: number; pause?: () => Promise<void> | void },
  progress: (share: number) => void,
): Promise<Control[]> {
  const random = seededRandom(seed);
  const all = Array.from({ length: trace.ids.length - 1 }, (_, i) => i).filter(
    (at) => at >= EARLIEST && at !== position,
  );
  const queries = shuffle(all, random).slice(0, QUERIES);
  let done = 0;
  const ofQuery = (at: number) => {
    // Of its own, so that it draws the same edges in whatever order the queries run.
    const own = seededRandom(random() * 2 ** 32);
    return async (here: LoadedModel) => {
      const query = await takeQuery(here, trace, at);
      const edges = spread(edgesOf(query), EDGES, own);
      const totals = await edgeTotals({ model: here, trace, query, pause }, edges, 'knockout');
      progress(++done / queries.length);
      return edges.flatMap(({ weight, key }, e): Control[] => {
        return Number.isNaN(totals[e]) ? [] : [{ weight, isSink: sinks[key], size: Math.abs(totals[e]) }];
      });
    };
  };
  return (await sideBySide(model, queries.map(ofQuery))).flat();
}

/** `count` of the edges, as many from each factor of two of weight as there are. */
function spread(edges: readonly Edge[], count: number, random: () => number): Edge[] {
  const bins = new Map<number, Edge[]>();
  for (const edge of edges) {
    if (edge.weight === 0) continue;
    const bin = Math.floor(Math.log2(edge.weight));
    bins.set(bin, [...(bins.get(bin) ?? []), edge]);
  }
  const order = [...bins].sort(([a], [b]) => b - a).map(([, own]) => shuffle(own, random));
  const taken: Edge[] = [];
  for (let round = 0; taken.length < count && order.some((bin) => bin.length > round); round++) {
    for (const bin of order) if (round < bin.length && taken.length < count) taken.push(bin[round]);
  }
  return taken;
}

/** Percentiles of the edges' knockouts, see EdgeReceipt; those below the floor have none. */
export function judge(
  edges: readonly EdgeReceipt[],
  controls: readonly Control[],
  sinks: readonly boolean[],
  floor: number,
): void {
  const classes = [false, true].map((isSink) =>
    controls.filter((control) => control.isSink === isSink).sort((a, b) => a.weight - b.weight),
  );
  for (const edge of edges) {
    const size = sizeOf(edge);
    if (edge.knockout === null || size <= floor) continue;
    const own = classes[sinks[edge.key] ? 1 : 0];
    const [from, to] = [firstFrom(own, edge.weight / ALIKE), firstFrom(own, edge.weight * ALIKE)];
    if (to - from < LEAST) continue;
    let more = 0;
    for (let i = from; i < to; i++) if (own[i].size >= size) more++;
    edge.percentile = (1 + more) / (to - from + 1);
  }
}

/** Index of the first control of at least this weight; they are sorted by it. */
function firstFrom(controls: readonly Control[], weight: number): number {
  let [low, high] = [0, controls.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (controls[middle].weight < weight) low = middle + 1;
    else high = middle;
  }
  return low;
}
