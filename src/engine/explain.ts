/**
 * One explanation: text in, tokens and layers out as they are ready, then what stands out and what comes next.
 * Knows nothing of workers or files; the worker and the command line both call it.
 */
import type { Edit } from '../protocol/edit';
import { printEdit } from '../protocol/editText';
import type { Explanation, ExplainProgress, LayerExperts, Look, LookedRow } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import { Problem } from '../protocol/problem';
import { editedRun, replaceTokens, split } from './interventions';
import type { Sources } from './model/takeDonors';
import { forward, type Hooks } from './model/forward';
import type { Buf } from './kernel/kernel';
import { chosenBy, isWeighedApart } from './model/route';
import type { LoadedModel } from './model/load';
import { candidatesAt, logProbabilities } from './model/logits';
import { rerun, sameRows } from './model/rerun';
import { tokensThatFit } from './model/room';
import { toPanelTokens } from './tokenizer/panelTokens';
import type { Token } from './tokenizer/tokenizer';
import { findings } from './trace/findings';
import { roleScores } from './trace/roles';
import { Trace } from './trace/trace';
import { headsWithWeights, headWeights, layerMaps } from './trace/weights';

export interface ExplainOptions {
  maxTokens: number;
  /** How many next-token candidates. */
  top: number;
  /** By which the kept trace is known. */
  handle: Handle;
  signal: AbortSignal;
  progress: (report: ExplainProgress) => void;
  /** The trace can be asked about from now on, as far as its layers have been reported; on failure it is released. */
  onTrace?: (trace: Trace) => void;
  /** An earlier run of this model, of a text with the same beginning: what cannot have changed is taken over from it. */
  base?: Trace;
  /** What the run does otherwise than the model would. */
  edits?: readonly Edit[];
  /** Where its patches find their runs. */
  sources?: Sources;
  /** What was looked at in `base`: the same head and token of this run are told once the layers are done. */
  look?: Look;
}

export interface Explained {
  explanation: Explanation;
  /** The caller releases it. */
  trace: Trace;
}

/** Throws Problem input-empty, edit-invalid, cancelled or out-of-memory; nothing is kept then. */
export async function explain(model: LoadedModel, text: string, options: ExplainOptions): Promise<Explained> {
  const { handle, signal, progress, edits = [], sources } = options;
  const { replaced, acting } = split(edits);
  const started = performance.now();
  if (text.length === 0) throw new Problem('input-empty', 'There is no text to explain.');
  const all = model.tokenizer.encode(text, { bos: model.tokenizer.addBos });
  const written = cutTokens(all, text, options.maxTokens);
  const tokens = replaceTokens(model, written, replaced);
  if (tokens.length === 0) throw new Problem('input-empty', 'There is no text to explain.');
  const panelTokens = toPanelTokens(tokens, text, model.tokenizer);
  const tokenized = performance.now();
  progress({
    kind: 'tokens',
    trace: handle,
    tokens: panelTokens,
    cut:
      tokens.length < all.length
        ? { explainedChars: panelTokens.at(-1)!.charEnd, totalChars: text.length, maxTokens: options.maxTokens }
        : null,
  });

  const ids = tokens.map(({ id }) => id);
  // Under edits the whole run differs from them on: only a run of the same text serves, and it stays the clean one.
  const { base } = options;
  const same = base ? sameRows(model.config, base, ids) : 0;
  const clean = base?.edits.length === 0 && same === ids.length && same === base.ids.length ? base : undefined;
  const pause = breather(signal);
  let trace: Trace | undefined;
  const begun = (made: Trace): void => {
    trace = made;
    options.onTrace?.(made);
  };
  const { look } = options;
  /** Of a run that soon ends, layers whose maps wait for the row that was looked at. */
  const waiting: number[] = [];
  const reportLayers = async (): Promise<void> => {
    for (const layer of waiting.splice(0)) {
      const maps = await layerMaps(model.kernel, trace!, layer, pause);
      progress({ kind: 'layer', maps, experts: layerExperts(trace!, layer) });
    }
  };
  const hooks: Hooks = {
    afterLayer: async (layer) => {
      waiting.push(layer);
      const soonEnds = base && look && performance.now() - started < SOON_MS;
      await (soonEnds ? pause() : reportLayers());
    },
    afterChunk: pause,
  };
  try {
    await pause();
    const { bothWays, headless } = model.config;
    let moved: Float32Array | undefined;
    if (edits.length > 0 && bothWays) {
      // The text as it is written, by the model as it is.
      const own = replaced.length > 0 ? undefined : clean;
      const before = own ?? new Trace(model.config, model.kernel, ids.length);
      try {
        if (!own) await forward(model, before, written.map(({ id }) => id), { afterChunk: pause }); // prettier-ignore
        const same = replaced.length > 0 ? undefined : before;
        trace = await editedRun(model, ids, acting, { ...hooks, clean: same, sources, onTrace: begun });
        moved = movesOf(before, trace);
      } finally {
        if (!own) before.release();
      }
    } else if (acting.length > 0) {
      trace = await editedRun(model, ids, acting, { ...hooks, clean, sources, onTrace: begun });
    } else if (base) trace = await rerun(model, base, { ...hooks, ids, edits: [], onTrace: begun });
    else {
      begun((trace = new Trace(model.config, model.kernel, ids.length)));
      await forward(model, trace, ids, hooks);
    }
    const forwarded = performance.now();
    const row = base && look && rowOf(trace, look, same, ids.length - base.ids.length);
    if (row) {
      progress({ kind: 'row', row });
      await giveWay(signal);
    }
    await reportLayers();
    const known = acting.length === 0 && base ? { trace: base, same } : undefined;
    const logprobs = bothWays
      ? new Float32Array(ids.length).fill(NaN)
      : await logProbabilities(model, trace, pause, known);
    const next = headless ? [] : await candidatesAt(model, trace, tokens.length - 1, options.top, pause);
    // Roles are about what comes before.
    const roles = bothWays ? [] : await roleScores(trace, panelTokens, text, pause);
    return {
      trace,
      explanation: {
        trace: handle,
        findings: findings(trace, panelTokens, text, roles),
        roles,
        next,
        logprobs,
        interventions: edits.map(printEdit),
        ...(moved && { moved }),
        computedTokens: trace.rowsRun / model.config.layers,
        ...(model.kernel.threadsLost && { threadsLost: true }),
        timings: {
          loadMs: 0,
          tokenizeMs: tokenized - started,
          forwardMs: forwarded - tokenized,
          totalMs: performance.now() - started,
        },
      },
    };
  } catch (thrown) {
    trace?.release();
    if (thrown instanceof Problem && thrown.code === 'out-of-memory') {
      thrown.detail.asked = ids.length;
      thrown.detail.fit = tokensThatFit(model, ids.length);
    }
    throw thrown;
  }
}

/** [tokens] How far what the model gives of each token is from what it was, as a share of its length then. */
function movesOf(before: Trace, after: Trace): Float32Array {
  const { embedding: d } = before.config;
  const [was, is] = [before.final.f32, after.final.f32];
  return Float32Array.from(after.ids, (_, token) => {
    let [moved, length] = [0, 0];
    for (let i = token * d; i < (token + 1) * d; i++) {
      moved += (is[i] - was[i]) ** 2;
      length += was[i] ** 2;
    }
    return Math.sqrt(moved / length);
  });
}

/** From the token `same` on, tokens stand `moved` places further on than in the run that was looked at. */
function rowOf(trace: Trace, look: Look, same: number, moved: number): LookedRow | undefined {
  const { layer, head, direction } = look;
  if (head >= headsWithWeights(trace, layer)) return undefined;
  const token = Math.max(0, Math.min(trace.ids.length - 1, look.token < same ? look.token : look.token + moved));
  return { layer, head, token, direction, weights: headWeights(trace, layer, head, token, direction) };
}

/** The first `maxTokens` tokens, fewer where the cut would go through a character. */
function cutTokens(tokens: Token[], text: string, maxTokens: number): Token[] {
  if (tokens.length <= maxTokens) return tokens;
  const bytes = new TextEncoder().encode(text);
  let count = maxTokens;
  // 10xxxxxx: the next token would begin inside a character.
  while (count > 0 && (bytes[tokens[count].start] & 0xc0) === 0x80) count--;
  return tokens.slice(0, count);
}

/** The experts that each token went through in this layer; null where the layer has none. */
export function layerExperts(trace: Trace, layer: number): LayerExperts | null {
  const { router } = trace.layer(layer);
  if (!router) return null;
  const { experts, expertsUsed: topK } = trace.config.shapes[layer].feedForward;
  const tokens = trace.ids.length;
  const ids = Uint16Array.from(router.ids.i32.subarray(0, tokens * topK));
  const ofChosen = ({ f32 }: Buf): Float32Array =>
    Float32Array.from(ids, (expert, i) => f32[Math.floor(i / topK) * experts + expert]);
  return {
    layer,
    experts,
    topK,
    ids,
    weights: router.weights.f32.slice(0, tokens * topK),
    ...(isWeighedApart(trace.config) && {
      apart: { scores: ofChosen(router.probabilities), choice: ofChosen(chosenBy(router)) },
    }),
  };
}

/** As long as a run takes that soon ends; one that takes longer shows its layers as they come. */
const SOON_MS = 120;

/** Until the page has drawn the row: on two processors what follows would hold up its way to the screen, in ms. */
const COLOURS_MS = 20;

/** Throws Problem cancelled. */
async function giveWay(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, COLOURS_MS));
  checkCancelled(signal);
}

/** Work between two looks at the waiting messages, in ms: a cancellation waits no longer, and looking costs next to nothing. */
const BREATH_MS = 30;

/** `breathe` for inner loops: reads messages only when the last time is long enough ago. */
export function breather(signal: AbortSignal): () => Promise<void> | void {
  let last = performance.now();
  return () => {
    checkCancelled(signal);
    if (performance.now() - last < BREATH_MS) return;
    return breathe(signal).finally(() => (last = performance.now()));
  };
}

/** Lets waiting messages (a cancellation among them) be read; throws Problem cancelled when there was one. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  checkCancelled(signal);
}

function checkCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
}
