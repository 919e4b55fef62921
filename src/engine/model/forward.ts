/** The forward pass of a text through a transformer, layer by layer (layer.ts), leaving a trace. */
import { Problem } from '../../protocol/problem';
import type { Buf } from '../kernel/kernel';
import { layerRows, type Trace } from '../trace/trace';
import { refuseBothWays } from './bothWays';
import { checkEdits } from './edits';
import { embed, layerInputs } from './embed';
import type { LayerRows } from './layer';
import { beginningBefore, restart } from './mixers/mix';
import type { Model } from './model';
import { normalize } from './normalize';
import { runRows, scratchFor } from './phases';
import type { Rows, Taps } from './rows';
import type { Scratch } from './scratch';
import { editStream } from './streamEdits';

/** What happens on the way; each may wait, and may throw to stop. */
export interface Hooks {
  /** After each layer, which is then complete for all tokens. */
  afterLayer?: (layer: number) => Promise<void> | void;
  /** After each chunk of tokens in each layer: often enough for a cancellation to be heard on a long text. */
  afterChunk?: () => Promise<void> | void;
  taps?: Taps;
}

/** Rows that go through a layer together: enough to keep the matmul busy, few enough for the scratch to stay in cache. */
export const CHUNK = 256;
/** Weights per head in a chunk. Attention grows with the position; fewer rows far back keep a cancellation from waiting. */
const CHUNK_WEIGHTS = 1 << 19;
/** The kernels' tiles divide it. */
const CHUNK_STEP = 32;

/** Calls `make` for one chunk after another of `count` rows, the first of which stands at `start`. */
function* chunks<Part>(start: number, count: number, make: (first: number, n: number) => Part): Generator<Part> {
  for (let first = 0, n = 0; first < count; first += n) {
    n = Math.min(chunkAt(start + first), count - first);
    yield make(first, n);
  }
}

/** Rows of the chunk that begins at this position. */
function chunkAt(position: number): number {
  const rows = Math.floor(CHUNK_WEIGHTS / (position + CHUNK) / CHUNK_STEP) * CHUNK_STEP;
  return Math.max(CHUNK_STEP, Math.min(CHUNK, rows));
}

/**
 * Runs `ids` through the model behind what the trace already holds, and appends their rows to it, under the trace's edits.
 * Layer by layer over all tokens, so that `afterLayer` can show each layer as soon as it is complete. The trace must have
 * room: ids.length ≤ trace.capacity − trace.ids.length. Throws Problem edit-invalid, weights-broken before a layer that is
 * not finite is shown, and internal where there is no room: the kernel would write over what is behind the trace.
 */
export async function forward(model: Model, trace: Trace, ids: readonly number[], hooks: Hooks = {}): Promise<void> {
  const held = trace.ids.length;
  checkEdits(trace.edits, model.config);
  if (held > 0) refuseBothWays(model.config); // what is there already would have to see what comes
  if (held + ids.length > trace.capacity) {
    throw new Problem('internal', `${held + ids.length} tokens do not fit into a trace of ${trace.capacity}.`);
  }
  const start = beginningBefore(model.config, held, trace.live);
  for (const id of ids) trace.ids.push(id); // rows of layers not yet run are zero until `afterLayer` names them
  try {
    await runLayers(
      model,
      trace,
      {
        start,
        firstLayer: 0,
        stream: (x, s) => embed(model, trace.ids.slice(start), { start, onePlace: false }, x, s.ids, hooks.afterChunk),
      },
      hooks,
    );
  } catch (thrown) {
    trace.ids.length = held;
    throw thrown;
  }
}

/** Finite weights whose products are beyond f32, in that layer or else the logits: what follows would be made of them. */
export function notFinite(layer?: number): Problem {
  const where = layer === undefined ? 'the logits' : `layer ${layer}`;
  return new Problem('weights-broken', `The model computes numbers that are NaN or infinite in ${where}.`, { layer });
}

/** Throws Problem weights-broken where the stream behind the layer is not finite. */
export function checkFinite({ kernel, config }: Model, l: number, { x, rows }: LayerRows): void {
  if (!kernel.allFinite(x, rows.n * config.embedding)) throw notFinite(l);
}

export interface Stretch {
  /** Position of the first row, where states stand or one is kept (`beginningBefore`); the last is the trace's. */
  start: number;
  firstLayer: number;
  /** Writes the rows that go into the first layer. */
  stream: (x: Buf, s: Scratch) => Promise<void> | void;
}

/** Runs the trace's rows from `start` on through the layers from `firstLayer` on. */
export async function runLayers(
  model: Model,
  trace: Trace,
  { start, firstLayer, stream }: Stretch,
  { afterLayer, afterChunk, taps = {} }: Hooks,
): Promise<void> {
  const { config, weights, kernel } = model;
  const { embedding: d } = config;
  const count = trace.ids.length - start;
  const scratch = scratchFor(model, Math.min(CHUNK, count), count);
  const pass = { model, scratch, taps, donors: trace.donors, context: trace.context, tokens: trace.ids.length };
  const goesOn = trace.live === start;
  trace.live = undefined; // until all layers have come to the end
  try {
    const x = scratch.residual; // [count][d]
    await stream(x, scratch);
    await layerInputs(model, trace.ids.slice(start), { start, onePlace: false }, scratch, afterChunk);
    for (let l = firstLayer; l < config.layers; l++) {
      const lease = await weights.layer(l, afterChunk);
      try {
        const { residual } = trace.layer(l);
        editStream(trace.edits, l, x, d, start, count, trace.donors);
        if (!goesOn) restart(kernel, trace.layer(l).mixer, start);
        if (residual) kernel.copy(residual.slice(start * d, count * d), x, count * d);
        const rowsFrom = (first: number, n: number): Rows => {
          return { n, start: start + first, onePlace: false, first, edits: trace.edits };
        };
        await runRows(pass, l, lease, {
          parts: chunks(config.bothWays ? count : start, count, (first, n): LayerRows => {
            const kept = trace.layer(l); // throws when the trace was released while this waited
            const own = layerRows(kept, config.shapes[l], start + first, n);
            return { rows: rowsFrom(first, n), x: x.slice(first * d, n * d), kept, own };
          }),
          all: rowsFrom(0, count),
          routed: () => layerRows(trace.layer(l), config.shapes[l], start, count).router,
          done: (part) => {
            trace.rowsRun += part.rows.n;
            checkFinite(model, l, part);
          },
          pause: afterChunk,
        });
      } finally {
        lease.release();
      }
      await afterLayer?.(l);
    }
    editStream(trace.edits, config.layers, x, d, start, count, trace.donors);
    taps.last?.(x, { n: count, start, onePlace: false, first: 0, edits: trace.edits });
    normalize(model, trace.final.slice(start * d, count * d), x, weights.outputNorm, count, d);
    trace.live = trace.ids.length;
  } finally {
    scratch.free();
  }
}
