/**
 * The worker that explains: keeps the loaded model and the traces that panels look at, and answers over the port.
 * One model is kept loaded; a model that traces still refer to stays until they are released.
 */
import type { ExplainHostApi, ExplainWorkerApi } from '../protocol/workerApi';
import { Problem } from '../protocol/problem';
import { Rpc, type Handlers } from '../protocol/rpc';
import { breather, explain, type ExplainOptions } from './explain';
import { FileSource } from './formats/fileSource.node';
import { KeptModel } from './keptModel.node';
import { nodeThreads } from './kernel/threads.node';
import { inspectModel, loadModel, type LoadedModel } from './model/load';
import { candidates, logitsAt } from './model/logits';
import { readingAnswers } from './reading/answers';
import { tileWithout } from './reading/tileWithout';
import type { Trace } from './trace/trace';
import { headWeights, tile } from './trace/weights';
import { hostPort } from './workerPort.node';

interface KeptTrace {
  trace: Trace;
  model: LoadedModel;
  /** Once it is explained. */
  logprobs?: Float32Array;
}

let nextTrace = 1;
const traces = new Map<number, KeptTrace>();
const models = new KeptModel<LoadedModel>((path, onProgress) => {
  const source = new FileSource(path);
  return loadModel(source, onProgress, undefined, nodeThreads()).finally(() => source.close());
}, closeUnused);

/** A model that nobody can ask any more ends its threads. */
function closeUnused(model: LoadedModel): void {
  const isUsed = models.isKept(model) || [...traces.values()].some((kept) => kept.model === model);
  if (!isUsed) model.kernel.close();
}

function keptTrace(id: number): KeptTrace {
  const kept = traces.get(id);
  if (!kept) throw new Problem('trace-gone', 'This explanation is no longer kept.');
  return kept;
}

/** An explained trace of this model that another run can start from; undefined: it has to start from nothing. */
function baseOf(id: number | undefined, model: LoadedModel): ExplainOptions['base'] {
  const kept = id === undefined ? undefined : traces.get(id);
  return kept?.logprobs && kept.model === model ? { trace: kept.trace, logprobs: kept.logprobs } : undefined;
}

const handlers: Handlers<ExplainWorkerApi> = {
  inspect({ modelPath }) {
    const source = new FileSource(modelPath);
    try {
      return inspectModel(source);
    } finally {
      source.close();
    }
  },
  async explain({ modelPath, text, maxTokens, top, base }, context) {
    const started = performance.now();
    const model = await models.of(modelPath, context);
    const loadMs = performance.now() - started;
    context.progress({ kind: 'model', model: model.card });
    const { signal, progress } = context;
    const traceId = nextTrace++;
    const onTrace = (trace: Trace): void => void traces.set(traceId, { trace, model });
    const options = { maxTokens, top, traceId, signal, progress, onTrace, base: baseOf(base, model) };
    const { explanation } = await explain(model, text, options).catch((thrown: unknown) => {
      traces.delete(traceId);
      closeUnused(model);
      throw thrown;
    });
    const { timings, logprobs } = explanation;
    const kept = traces.get(traceId);
    if (kept) kept.logprobs = logprobs;
    return { ...explanation, timings: { ...timings, loadMs, totalMs: timings.totalMs + loadMs } };
  },
  tile({ trace: id, without, ...params }, { signal }) {
    const { trace, model } = keptTrace(id);
    if (without) return tileWithout(model.kernel, trace, { ...params, without }, breather(signal));
    return tile(model.kernel, trace, params);
  },
  weights({ trace: id, layer, head, token, direction }) {
    return headWeights(keptTrace(id).trace, layer, head, token, direction);
  },
  predictions({ trace: id, position, top }) {
    const { trace, model } = keptTrace(id);
    trace.checkToken(position);
    return candidates(logitsAt(model, trace, position), model.tokenizer, top);
  },
  release({ trace: id }) {
    const kept = traces.get(id);
    if (!kept) return;
    kept.trace.release();
    traces.delete(id);
    closeUnused(kept.model);
  },
  ...readingAnswers(keptTrace),
};

new Rpc<ExplainWorkerApi, ExplainHostApi>(hostPort(), handlers);
