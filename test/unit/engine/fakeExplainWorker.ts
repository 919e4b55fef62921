/**
 * A worker that speaks the real protocol and computes nothing: one token per character, one layer, one head. The text
 * says what goes wrong: “die” exits, “oom” fills the heap, “throw” throws outside a call, “wait” answers only to a
 * cancellation, “bad model” fails with a Problem, “late” waits after its tokens, “aged” does by models of that name, which
 * know its first token only; “asked” waits there until a tile is asked for.
 */
import path from 'node:path';
import { Kept } from '../../../src/engine/kept';
import { hostPort, workerNumber } from '../../../src/engine/workerPort.node';
import type { PanelToken } from '../../../src/protocol/explanation';
import type { Handle } from '../../../src/protocol/handle';
import { Problem } from '../../../src/protocol/problem';
import { READING_METHODS, type ReadingWorkerApi } from '../../../src/protocol/readingApi';
import { Rpc, type CallContext, type Handlers } from '../../../src/protocol/rpc';
import type { ExplainWorkerApi } from '../../../src/protocol/workerApi';

/** Tokens of each trace. */
const traces = new Kept<number>(workerNumber());
let tileAsked = (): void => undefined;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Problem('cancelled', 'Cancelled.'))),
  );
}

function tokensOf(text: string, maxTokens: number): PanelToken[] {
  const tokens: PanelToken[] = [];
  let byte = 0;
  let char = 0;
  for (const character of text) {
    if (tokens.length === maxTokens) break;
    const bytes = Buffer.byteLength(character);
    const charEnd = char + character.length;
    tokens.push({ id: 0, start: byte, end: byte + bytes, charStart: char, charEnd, label: character });
    byte += bytes;
    char = charEnd;
  }
  return tokens;
}

async function explain(
  { modelPath, text, maxTokens }: ExplainWorkerApi['explain']['params'],
  { signal, progress }: CallContext<ExplainWorkerApi['explain']['progress']>,
): Promise<ExplainWorkerApi['explain']['result']> {
  if (text.startsWith('die')) process.exit(3);
  if (text.startsWith('throw')) setImmediate(() => { throw new Error('broken on purpose'); }); // prettier-ignore
  if (text.startsWith('bad model')) throw new Problem('model-invalid', 'Ends early.', { file: modelPath, offset: 7 });
  if (text.startsWith('oom')) for (const heap: unknown[] = []; ;) heap.push(new Array(1000).fill({}));
  if (text.startsWith('wait') || text.startsWith('throw')) await aborted(signal);
  const isAged = text.startsWith('aged') && path.basename(modelPath).startsWith('aged');
  const tokens = tokensOf(text, isAged ? 1 : maxTokens);
  const trace = traces.keep(tokens.length);
  signal.addEventListener('abort', () => traces.release(trace));
  const explainedChars = tokens.at(-1)?.charEnd ?? 0;
  const cut = explainedChars < text.length ? { explainedChars, totalChars: text.length, maxTokens } : null;
  progress({ kind: 'tokens', trace, tokens, cut });
  if (text.startsWith('late') || isAged) await aborted(signal);
  if (text.startsWith('asked')) await Promise.race([aborted(signal), new Promise<void>((go) => (tileAsked = go))]);
  const maps = { layer: 0, size: 1, values: new Uint8Array([255]), scales: new Float32Array([1]) };
  progress({ kind: 'layer', maps, experts: null });
  return {
    trace,
    findings: [],
    roles: [],
    next: [],
    logprobs: new Float32Array(tokens.length),
    interventions: [],
    computedTokens: tokens.length,
    timings: { loadMs: 0, tokenizeMs: 0, forwardMs: 0, totalMs: 0 },
  };
}

/** Questions of the reading views: that they arrive with a kept trace is all that can be seen here. */
function readingFakes(): Handlers<ReadingWorkerApi> {
  const answer = ({ trace }: { trace: Handle }): never => {
    throw new Problem('internal', `asked about ${traces.of(trace)} tokens`);
  };
  return Object.fromEntries(READING_METHODS.map((name) => [name, answer])) as unknown as Handlers<ReadingWorkerApi>;
}

/** What it says of itself is by its flags, which mean nothing here. */
function selfTest(): ExplainWorkerApi['selfTest']['result'] {
  const flags = process.send ? process.execArgv : [];
  if (flags.includes('--throw-deprecation')) process.kill(process.pid, 'SIGKILL');
  const digest = flags.includes('--trace-uncaught') ? 'other bits' : 'bits';
  return { digest, productsMs: flags.includes('--no-deprecation') ? 20 : 30, totalMs: 40, flags };
}

new Rpc<ExplainWorkerApi, Record<never, never>>(hostPort(), {
  selfTest,
  inspect: ({ modelPath }) => {
    throw new Problem('model-unsupported', 'Unknown.', { file: modelPath, subject: 'mamba', supported: ['llama'] });
  },
  explain,
  tile: ({ trace }) => {
    tileAsked();
    return { rows: 1, cols: 1, values: new Uint8Array([traces.of(trace)]), scale: 1 };
  },
  weights: ({ trace, token }) => Float32Array.from({ length: traces.of(trace) }, (_, i) => Number(i === token)),
  predictions: ({ trace }) => (traces.of(trace), []),
  release: ({ of }) => void traces.release(of),
  ...readingFakes(),
});
