/** Single attention weights, rows and pictures, computed from a trace's Q and K when they are looked at. */
import type { LayerMaps, Tile } from '../../protocol/explanation';
import type { TileParams } from '../../protocol/workerApi';
import { Problem } from '../../protocol/problem';
import { alibiSlope } from '../kernel/alibi';
import type { Kernel } from '../kernel/kernel';
import { isIn } from '../model/edits';
import { weightless, withCuts } from '../model/attentionEdits';
import { kvHeadOf, type AttentionShape } from '../model/mixers/attentionParts';
import { checkPicture, type Trace } from './trace';

/** Weight of (query, key) for one head, as a function over the kernel's memory; valid until the memory grows. */
export function weightReader(trace: Trace, layer: number, head: number): (query: number, key: number) => number {
  const { shape, kept } = trace.attention(layer);
  checkHead(shape, head);
  const { heads, kvHeads, keyDim, window = Infinity, bothWays } = shape;
  const [qs, ks, rows] = [kept.q.f32, kept.k.f32, kept.stats.f32];
  const kvHead = kvHeadOf(shape, head);
  const scoreOf = scores(shape, head);
  const cuts = weightless(trace.edits, layer).filter((cut) => (cut.head ?? head) === head);
  return (query, key) => {
    if (isMasked({ bothWays, window }, query, key)) return 0;
    if (cuts.some(({ dst, src }) => isIn(query, dst) && isIn(key, src))) return 0;
    const from = (query * heads + head) * keyDim;
    const to = (key * kvHeads + kvHead) * keyDim;
    let product = 0;
    for (let i = 0; i < keyDim; i++) product += qs[from + i] * ks[to + i];
    const [max, sum] = [rows[(query * heads + head) * 2], rows[(query * heads + head) * 2 + 1]];
    return Math.exp(scoreOf(product, query, key) - max) / sum;
  };
}

/** From q · k to what the softmax is of: scaled, capped, less what distance costs. */
export function scores(
  { heads, scale, softcap, alibi }: AttentionShape,
  head: number,
): (product: number, query: number, key: number) => number {
  const slope = alibi === undefined ? 0 : alibiSlope(head, heads, alibi);
  return (product, query, key) => {
    const scaled = product * scale;
    return (softcap ? softcap * Math.tanh(scaled / softcap) : scaled) - slope * Math.abs(query - key);
  };
}

/** Whether a layer's queries cannot see a key, whatever they are: it is later, or outside the window. */
export const isMasked = (
  { bothWays, window = Infinity }: Pick<AttentionShape, 'bothWays' | 'window'>,
  query: number,
  key: number,
): boolean => (key > query && !bothWays) || Math.abs(query - key) >= window;

/** How many tokens a query's row of weights has: those up to it, or all where later ones are seen. */
export const keysOf = ({ config, ids }: Trace, query: number): number => (config.bothWays ? ids.length : query + 1);

/** Tokens of a text whose heads' whole matrices are computed at once: beyond, most of it would not be read, or take long. */
const WHOLE = 256;

const all = (tokens: number) => ({ q0: 0, q1: tokens, k0: 0, k1: tokens });

/** A reader for each head that is asked for again and again: short texts' weights are computed once, by the kernel. */
export function weightReaders(trace: Trace): typeof weightReader {
  const tokens = trace.ids.length;
  if (tokens > WHOLE) return weightReader;
  const whole = { ...all(tokens), rows: tokens, cols: tokens, pool: 'max' } as const;
  const known = new Map<string, Float32Array>();
  return (_, layer, head) => {
    const name = `${layer}.${head}`;
    const matrix = known.get(name) ?? tileWeights(trace.kernel, trace, { layer, head, ...whole });
    known.set(name, matrix);
    return (query, key) => matrix[query * tokens + key];
  };
}

/** Weights from one token to every token, or from every token to one: [tokens]. */
export function headWeights(
  trace: Trace,
  layer: number,
  head: number,
  token: number,
  direction: 'from' | 'to',
): Float32Array {
  const weight = weightReader(trace, layer, head);
  trace.checkToken(token);
  return Float32Array.from(trace.ids, (_, other) =>
    direction === 'from' ? weight(token, other) : weight(other, token),
  );
}

/** The weight that the head's sink took at each token: [tokens]; [] where the layer has no sinks. */
export function sinkWeights(trace: Trace, layer: number, head: number): Float32Array {
  const { shape, kept } = trace.attention(layer);
  checkHead(shape, head);
  const weights = kept.sink?.f32;
  return Float32Array.from(weights ? trace.ids : [], (_, token) => weights![token * shape.heads + head]);
}

/** Exact weights of queries [q0, q1) and keys [k0, k1), or a smaller picture of them: f32 [rows][cols]. */
export function tileWeights(kernel: Kernel, trace: Trace, params: Omit<TileParams, 'trace'>): Float32Array {
  const { layer, head, q0, q1, k0, k1, rows, cols, pool } = params;
  const { shape, kept } = trace.attention(layer);
  checkHead(shape, head);
  checkPicture(trace, params);
  const out = kernel.alloc(rows * cols);
  try {
    const picture = { ...shape, head, q0, q1, k0, k1, rows, cols, pool };
    withCuts(kernel, trace.edits, layer, shape.heads, (cuts) =>
      kernel.attentionTile(out, kept.q, kept.k, kept.stats, { ...picture, cuts }),
    );
    return out.f32.slice();
  } finally {
    kernel.free(out);
  }
}

/** The same as 8-bit values with their scale. */
export function tile(kernel: Kernel, trace: Trace, params: Omit<TileParams, 'trace'>): Tile {
  const { values, scale } = toBytes(tileWeights(kernel, trace, params));
  return { rows: params.rows, cols: params.cols, values, scale };
}

/** How many heads of a layer have weights: none where it has no attention. */
export function headsWithWeights({ config }: Trace, layer: number): number {
  const { mixer } = config.shapes[layer];
  return mixer.kind === 'attention' ? mixer.heads : 0;
}

/** Tokens of a text of which a small map is made at once: some hundredths of a second. */
const WHOLE_MAP = 8192;

/** Cells on a side of a small map. */
export const MAP_SIZE = 48;

/**
 * All heads of a layer that is complete, max-pooled, so that a single strong weight stays visible; those that the layer does not
 * have are empty.
 * `pause` is awaited between maps, or between the rows of large ones, and may throw to stop.
 */
export async function layerMaps(
  kernel: Kernel,
  trace: Trace,
  layer: number,
  pause: () => Promise<void> | void = () => {},
): Promise<LayerMaps> {
  const { heads } = trace.config;
  const tokens = trace.ids.length;
  const size = Math.min(MAP_SIZE, tokens);
  const values = new Uint8Array(heads * size * size);
  const scales = new Float32Array(heads);
  const map = new Float32Array(size * size);
  // As the kernel assigns them: row r holds the queries from ⌈r·tokens/size⌉ on.
  const firstQuery = (row: number): number => Math.ceil((row * tokens) / size);
  const isWhole = tokens <= WHOLE_MAP;
  const rows = Array.from({ length: size }, (_, row) => ({
    row,
    ...all(tokens),
    q0: firstQuery(row),
    q1: firstQuery(row + 1),
    rows: 1,
  }));
  for (let head = 0; head < headsWithWeights(trace, layer); head++) {
    // One call divides its rows among the threads, and looks at no messages meanwhile.
    const ranges = isWhole ? [{ row: 0, ...all(tokens), rows: size }] : rows;
    for (const { row, ...range } of ranges) {
      const picture = { layer, head, ...range, cols: size, pool: 'max' } as const;
      map.set(tileWeights(kernel, trace, picture), row * size);
      await pause();
    }
    const { values: bytes, scale } = toBytes(map);
    values.set(bytes, head * size * size);
    scales[head] = scale;
  }
  return { layer, size, values, scales };
}

/** value = round(255 · weight / scale), scale = the largest weight. Loops, not Uint8Array.from: that calls per element. */
export function toBytes(weights: Float32Array): { values: Uint8Array; scale: number } {
  let scale = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] > scale) scale = weights[i];
  const factor = scale > 0 ? 255 / scale : 0;
  const values = new Uint8Array(weights.length);
  for (let i = 0; i < weights.length; i++) values[i] = weights[i] * factor + 0.5;
  return { values, scale };
}

function checkHead({ heads }: AttentionShape, head: number): void {
  if (!(Number.isInteger(head) && head >= 0 && head < heads)) {
    throw new Problem('internal', `There is no head ${head}; the model has ${heads}.`);
  }
}
