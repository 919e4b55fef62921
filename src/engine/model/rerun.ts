/**
 * A run like an earlier one: of an edited text, under other interventions, or both. What cannot have changed is taken over:
 * layers below the first edit are shared with the earlier trace, rows before the first changed token are copied.
 */
import type { Edit } from '../../protocol/edit';
import type { Buf } from '../kernel/kernel';
import { copyTokens, Trace } from '../trace/trace';
import type { ModelConfig } from './config';
import type { Donors } from './donors';
import { checkEdits, firstDifference } from './edits';
import { embed } from './embed';
import { runLayers, type Hooks } from './forward';
import { isLong } from './mixers/attentionParts';
import { beginningBefore } from './mixers/mix';
import type { Model } from './model';
import type { Scratch } from './scratch';

/** `afterLayer` is called for every layer in order, shared ones too; nothing is kept when a hook throws. */
export interface RerunOptions extends Hooks {
  /** All edits of the new run; those of the base when left out. */
  edits?: readonly Edit[];
  /** What those of them put there that need it: takeDonors. The base's when left out. */
  donors?: Donors;
  /** Its tokens; those of the base when left out. */
  ids?: readonly number[];
  /** The new trace, before its layers are run. */
  onTrace?: (trace: Trace) => void;
}

/**
 * `base` has run to its end. The result is a trace of its own, to be released on its own, in any order. It takes about (L − l)/L · (n − p)/n of a full run when the
 * first edit is in layer l of L and the first row that can change is p of n; next to nothing when nothing differs.
 * Throws Problem edit-invalid, out-of-memory, trace-gone.
 */
export async function rerun(model: Model, base: Trace, options: RerunOptions): Promise<Trace> {
  const { edits = base.edits, donors = base.donors, ids = base.ids, afterLayer, onTrace } = options;
  const { kernel, config } = model;
  checkEdits(edits, config);
  const context = options.ids ? ids.length : base.context;
  const same = sameRows(config, base, ids, context);
  const sameText = same === ids.length && same === base.ids.length;
  const edited = firstDifference(base.edits, edits, config.layers);
  // Where tokens see later ones, an edit of one changes them all.
  const changed = config.bothWays && edited.row < ids.length ? 0 : Math.min(same, edited.row);
  const hasStream = base.layer(0).residual !== undefined;
  const nothingChanged = changed >= ids.length;
  // A recurrent layer goes on from the last state that is kept before the change.
  const start = nothingChanged ? changed : beginningBefore(config, changed, undefined);
  const firstLayer = !sameText ? 0 : nothingChanged ? config.layers : hasStream ? Math.max(0, edited.layer) : 0;

  const shared = { trace: base, layers: firstLayer };
  const trace = new Trace(config, kernel, ids.length, { edits, donors, keepResidual: hasStream, context, shared });
  try {
    for (const id of ids) trace.ids.push(id);
    onTrace?.(trace);
    for (let l = firstLayer; l < config.layers; l++) {
      copyTokens(kernel, config.shapes[l], config.embedding, { from: base.layer(l), to: trace.layer(l) }, start);
    }
    if (firstLayer < config.layers) kernel.copy(trace.final, base.final, start * config.embedding);
    for (let l = 0; l < firstLayer; l++) await afterLayer?.(l);
    if (nothingChanged) {
      for (let l = firstLayer; l < config.layers; l++) await afterLayer?.(l);
      return trace;
    }
    const stream = (x: Buf, { ids: idBuf }: Scratch): Promise<void> | void => {
      const count = ids.length - start;
      const { residual } = base.layer(firstLayer);
      if (sameText && residual && edited.layer >= 0) {
        kernel.copy(x, residual.slice(start * config.embedding, count * config.embedding), count * config.embedding);
        return;
      }
      return embed(model, ids.slice(start), { start, onePlace: false }, x, idBuf, options.afterChunk);
    };
    await runLayers(model, trace, { start, firstLayer, stream }, options);
    return trace;
  } catch (thrown) {
    trace.release();
    throw thrown;
  }
}

/** How many of the first tokens of a context of so many are computed as in the base: none where it turns them otherwise. */
export function sameRows(
  { shapes, bothWays }: ModelConfig,
  base: Trace,
  ids: readonly number[],
  context = ids.length,
): number {
  const turnAlike = shapes.every(({ mixer }) => {
    const rope = mixer.kind === 'attention' && mixer.rope;
    return !rope || isLong(rope, base.context) === isLong(rope, context);
  });
  const same = turnAlike ? commonPrefix(base.ids, ids) : 0;
  // Where tokens see later ones, all of them see what changed.
  return bothWays && (same < ids.length || same < base.ids.length) ? 0 : same;
}

/** How many tokens two texts begin with in common. */
export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return length;
}
