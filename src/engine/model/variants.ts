/**
 * Variants of one token beside each other: rows of one place over the keys and values that a trace kept of the positions
 * before it, each row with edits and with a key and a value of its own. One row without edits is the token looked at again,
 * a hundred with one cut each are a hundred cuts for the price of a short prompt.
 */
import type { Edit } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import type { Buf } from '../kernel/kernel';
import { layerRows, layerTrace, lentPart, type LayerTrace, type Trace } from '../trace/trace';
import { refuseBothWays } from './bothWays';
import type { Donors } from './donors';
import { checkEdits } from './edits';
import { embed, layerInputs } from './embed';
import { CHUNK, checkFinite, type Hooks } from './forward';
import type { LayerRows } from './layer';
import { ATTENTION_REMEMBERS } from './mixers/attentionParts';
import { mixerParts, partOf, type Part } from './mixers/parts';
import type { Model } from './model';
import { runRows, scratchFor } from './phases';
import type { Rows } from './rows';
import { editStream } from './streamEdits';

export interface Variants extends Pick<Hooks, 'taps' | 'afterChunk'> {
  position: number;
  /** [rows] What each row does otherwise, beside the edits of the trace. */
  rows: readonly (readonly Edit[])[];
  /** What those of them put there that need it: takeDonors. */
  donors?: Donors;
  /** The layers below are taken over from the trace, which has to keep its streams then. Default 0. */
  firstLayer?: number;
  /** [rows][heads · headDim] What the heads of the first layer give, instead of attention. */
  mixed?: Float32Array;
  /**
   * Every layer finds what it found in the trace, so that rounding does not add up: for looking at a token again. Only of
   * rows without edits of their own, of a trace that keeps its streams.
   */
  following?: boolean;
}

/**
 * The residual stream of each row behind the last layer, [rows][embedding], before the output norm. The trace stays as it
 * is. Costs the layers from `firstLayer` on once for all rows together, and their weights' lease.
 * Throws Problem trace-gone, edit-invalid, weights-broken where a row is not finite behind a layer, out-of-memory, or internal
 * when there is no such token.
 */
export async function runVariants(model: Model, trace: Trace, variants: Variants): Promise<Float32Array> {
  const { position, rows: edits, firstLayer = 0, following = false, mixed, taps = {}, afterChunk } = variants;
  const donors: Donors = new Map([...trace.donors, ...(variants.donors ?? [])]);
  trace.checkToken(position);
  edits.forEach((own) => checkEdits(own, model.config));
  // Where tokens see later ones, what is changed at one changes the keys and values that it finds.
  if (edits.some((own) => own.length > 0)) refuseBothWays(model.config);
  const { config, weights, kernel } = model;
  const { embedding: d } = config;
  const count = edits.length;
  const chunk = Math.min(CHUNK, count);
  const rowEdits = edits.some((own) => own.length > 0) ? edits.map((own) => [...trace.edits, ...own]) : undefined;
  const scratch = scratchFor(model, chunk, count);
  const lenders = new Set(
    config.shapes.flatMap(({ mixer }) => (mixer.kind === 'attention' ? (mixer.sharesWith ?? []) : [])),
  );
  // Where layers come in parts, all rows go through one part before the next; where later layers read a row's key and value, they stay.
  const together = weights.bytesPerPass === undefined && lenders.size === 0 ? chunk : count;
  // Layers of the same widths write over each other's parts.
  const parts = new Map<string, Buf>();
  const owns: LayerTrace[] = [];
  const make = ({ name, width, every }: Part): Buf => {
    const l = owns.length;
    const lent = lentPart(config.shapes[l], name, owns);
    if (lent) return lent;
    const key = lenders.has(l) ? `${name} ${width} ${l}` : `${name} ${width}`;
    // What stands for many tokens is the trace's.
    const buf = parts.get(key) ?? kernel.alloc(every === 1 ? together * width : 1);
    parts.set(key, buf);
    return buf;
  };
  /** Rows of x become what the trace's layer found at the position. */
  const takeOver = (layer: number, x: Buf, n: number): void => {
    const { residual } = trace.layer(layer);
    if (!residual) throw new Problem('internal', 'This explanation keeps no residual streams.');
    for (let i = 0; i < n; i++) kernel.copy(x.slice(i * d, d), residual.slice(position * d, d), d);
  };
  try {
    for (const shape of config.shapes) owns.push(layerTrace(shape, make));
    // Where what heads gave is given, their layer makes no keys and values either.
    const firstMixed = mixed ? firstLayer + 1 : firstLayer;
    for (const l of lenders) if (l < firstMixed) takeOverKeys(trace, owns[l], l, position, together);
    const same = Array<number>(count).fill(trace.ids[position]);
    await layerInputs(model, same, { start: position, onePlace: true }, scratch, afterChunk);
    const pass = { model, scratch, taps, donors, context: trace.context, tokens: trace.ids.length };
    const x = scratch.residual; // [count][d]
    const place = { start: position, onePlace: true };
    if (firstLayer > 0) takeOver(firstLayer, x, count);
    else await embed(model, same, place, x, scratch.ids, afterChunk);
    for (let l = firstLayer; l < config.layers; l++) {
      const lease = await weights.layer(l, afterChunk);
      try {
        const rowsFrom = (first: number, n: number): Rows => {
          const own = rowEdits?.slice(first, first + n);
          return { n, start: position, onePlace: true, first, edits: trace.edits, rowEdits: own };
        };
        const partFrom = (first: number): LayerRows => {
          const n = Math.min(chunk, count - first);
          const kept = trace.layer(l); // throws when the trace was released while this waited
          const part = x.slice(first * d, n * d);
          const rows = rowsFrom(first, n);
          if (mixed && l === firstLayer) {
            const width = mixed.length / count;
            rows.given = mixed.subarray(first * width, (first + n) * width);
          }
          const tookOver = (l > 0 && l === firstLayer) || (following && kept.residual);
          if (tookOver) takeOver(l, part, n);
          for (let i = 0; i < n; i++) {
            const here = tookOver ? edits[first + i] : [...trace.edits, ...edits[first + i]];
            editStream(here, l, part.slice(i * d, d), d, position, 1, donors);
          }
          return { rows, x: part, kept, own: layerRows(owns[l], config.shapes[l], together > chunk ? first : 0, n) };
        };
        const chunks = function* (): Generator<LayerRows> {
          for (let first = 0; first < count; first += chunk) yield partFrom(first);
        };
        await runRows(pass, l, lease, {
          parts: chunks(),
          all: rowsFrom(0, count),
          routed: () => owns[l].router,
          done: (part) => checkFinite(model, l, part),
          pause: afterChunk,
        });
      } finally {
        lease.release();
      }
    }
    for (let i = 0; i < count; i++) {
      const last = [...trace.edits, ...edits[i]];
      editStream(last, config.layers, x.slice(i * d, d), d, position, 1, donors);
    }
    taps.last?.(x, { n: count, start: position, onePlace: true, first: 0, edits: trace.edits, rowEdits });
    return x.f32.slice(0, count * d);
  } finally {
    for (const buf of parts.values()) kernel.free(buf);
    scratch.free();
  }
}

/** Keys and values of a layer that is not run, which later ones read: of every row what the trace has there. */
function takeOverKeys(trace: Trace, own: LayerTrace, l: number, position: number, rows: number): void {
  for (const { name, width } of mixerParts(trace.config.shapes[l].mixer)) {
    if (!ATTENTION_REMEMBERS.includes(name)) continue;
    const [from, to] = [partOf(trace.layer(l).mixer, name), partOf(own.mixer, name)];
    for (let i = 0; i < rows; i++)
      trace.kernel.copy(to.slice(i * width, width), from.slice(position * width, width), width);
  }
}
