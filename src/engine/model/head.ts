/** What the output matrix says after every token of a trace: read once, in one pass over the vocabulary, and kept with it. */
import { HEAD, HEAD_TOP } from '../kernel/kernel';
import type { Trace } from '../trace/trace';
import { refuseBothWays } from './bothWays';
import { notFinite } from './forward';
import type { Model } from './model';

/** Tokens that go through it together, and how many of them while a matrix that is not in memory is read once. */
const [ROWS, ROWS_PER_READ] = [64, 1024];

/** After token i of `tokens`: */
export interface HeadRows {
  readonly tokens: number;
  /** Natural log of the probability of the token that follows in the text; NaN for the last. */
  readonly logProbabilities: Float32Array;
  readonly logSumExp: Float32Array;
  /** In nats. */
  readonly entropy: Float32Array;
  /** The HEAD_TOP likeliest words, likeliest first; −1 where the vocabulary has fewer. [tokens][HEAD_TOP] */
  readonly ids: Int32Array;
  readonly logits: Float32Array; // [tokens][HEAD_TOP]
}

const kept = new WeakMap<Trace, HeadRows>();

/**
 * Throws Problem both-ways where nothing is predicted. `base`: a trace whose first `same` tokens and their residual streams are this one's. `pause` is awaited between blocks of
 * tokens and may throw to stop. Throws Problem weights-broken at the first logits that are not finite, out-of-memory.
 */
export async function headRows(
  model: Model,
  trace: Trace,
  pause: () => Promise<void> | void = () => {},
  base?: { trace: Trace; same: number },
): Promise<HeadRows> {
  refuseBothWays(model.config);
  const tokens = trace.ids.length;
  const found = kept.get(trace);
  if (found?.tokens === tokens) return found;
  const rows: HeadRows = {
    tokens,
    logProbabilities: new Float32Array(tokens),
    logSumExp: new Float32Array(tokens),
    entropy: new Float32Array(tokens),
    ids: new Int32Array(tokens * HEAD_TOP),
    logits: new Float32Array(tokens * HEAD_TOP),
  };
  const done = base ? takeOver(rows, kept.get(base.trace), base.same - 1) : 0;
  const atOnce = model.weights.output.whole ? ROWS : ROWS_PER_READ;
  for (let first = done; first < tokens; first += atOnce) {
    await readRows(model, trace, first, Math.min(atOnce, tokens - first), rows, pause);
    await pause();
  }
  rows.logProbabilities[tokens - 1] = NaN;
  kept.set(trace, rows);
  return rows;
}

/** Rows whose following token is the same too. How many. */
function takeOver(rows: HeadRows, from: HeadRows | undefined, count: number): number {
  if (!from || count <= 0) return 0;
  rows.logProbabilities.set(from.logProbabilities.subarray(0, count));
  rows.logSumExp.set(from.logSumExp.subarray(0, count));
  rows.entropy.set(from.entropy.subarray(0, count));
  rows.ids.set(from.ids.subarray(0, count * HEAD_TOP));
  rows.logits.set(from.logits.subarray(0, count * HEAD_TOP));
  return count;
}

async function readRows(
  { kernel, weights, config }: Model,
  trace: Trace,
  first: number,
  n: number,
  rows: HeadRows,
  pause: () => Promise<void> | void,
): Promise<void> {
  const d = config.embedding;
  const { words } = weights.output;
  const each = kernel.headNumbers(words);
  const out = kernel.alloc(n * HEAD.numbers);
  const wanted = kernel.alloc(n);
  const parts = kernel.alloc(n * each);
  try {
    for (let i = 0; i < n; i++) wanted.i32[i] = trace.ids[first + i + 1] ?? -1;
    const { logitScale: scale, logitSoftcap: softCap } = config;
    const shape = { words, scale, bias: weights.outputBias, softCap };
    await weights.output.ranges(async (some, from) => {
      for (let at = 0; at < n; at += ROWS) {
        trace.layer(0); // throws when the trace was released while this waited
        const count = Math.min(ROWS, n - at);
        const x = trace.final.slice((first + at) * d, count * d);
        const [own, into] = [parts.slice(at * each, count * each), out.slice(at * HEAD.numbers, count * HEAD.numbers)];
        kernel.head(own, into, x, some, wanted.slice(at, count), { ...shape, n: count, first: from });
        if (!weights.output.whole) await pause();
      }
    }, pause);
    kernel.headMerge(parts, out, n, words);
    const [f32, i32] = [out.f32, out.i32];
    for (let i = 0; i < n; i++) {
      const at = i * HEAD.numbers;
      if (!Number.isFinite(f32[at + HEAD.logSumExp])) throw notFinite();
      rows.logSumExp[first + i] = f32[at + HEAD.logSumExp];
      rows.logProbabilities[first + i] = f32[at + HEAD.logProbability];
      rows.entropy[first + i] = f32[at + HEAD.entropy];
      rows.logits.set(f32.subarray(at + HEAD.top, at + HEAD.top + HEAD_TOP), (first + i) * HEAD_TOP);
      rows.ids.set(i32.subarray(at + HEAD.ids, at + HEAD.ids + HEAD_TOP), (first + i) * HEAD_TOP);
    }
  } finally {
    kernel.free(out);
    kernel.free(wanted);
    kernel.free(parts);
  }
}
