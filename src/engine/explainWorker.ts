/** The worker that explains: keeps the loaded model and the traces that panels look at, and answers over the port. */
import { parseEdit } from '../protocol/editText';
import type { RoleScores } from '../protocol/explanation';
import type { Handle } from '../protocol/handle';
import { Rpc, type Handlers } from '../protocol/rpc';
import type { ExplainWorkerApi } from '../protocol/workerApi';
import { breather, explain, type ExplainOptions } from './explain';
import { Kept } from './kept';
import { KeptModel, type Lease } from './keptModel.node';
import { refuseBothWays } from './model/bothWays';
import { inspectModel, type LoadedModel } from './model/load';
import { candidatesAt } from './model/logits';
import { openModel, withFile } from './openModel.node';
import { readingAnswers } from './reading/answers';
import { tileWithout } from './reading/tileWithout';
import { shuffledNames } from './neurons/shuffled.node';
import { studiedEdges } from './receipts/studied.node';
import type { Trace } from './trace/trace';
import { headWeights, tile } from './trace/weights';
import { testSelf } from './selfTest.node';
import { hostPort, workerNumber } from './workerPort.node';

/** A trace has its model with it as long as it is kept. */
interface KeptTrace extends Lease<LoadedModel> {
  trace: Trace;
  /** Whether all of it is there. */
  explained?: boolean;
  logprobs?: Float32Array;
  text?: string;
  roles?: RoleScores[];
}

const traces = new Kept<KeptTrace>(workerNumber());
const models = new KeptModel<LoadedModel>(openModel, (model) => model.close());

/** An explained trace of this model that another run can start from; undefined: it has to start from nothing. */
function baseOf(handle: Handle | undefined, model: LoadedModel): ExplainOptions['base'] {
  const kept = handle && traces.find(handle);
  return kept?.explained && kept.model === model ? kept.trace : undefined;
}

const handlers: Handlers<ExplainWorkerApi> = {
  inspect: ({ modelPath }) => withFile(modelPath, inspectModel),
  async explain({ modelPath, text, maxTokens, top, base, edits = [], look }, context) {
    const started = performance.now();
    const lease = await models.lease(modelPath, context);
    const { model } = lease;
    const loadMs = performance.now() - started;
    context.progress({ kind: 'model', model: model.card });
    const { signal, progress } = context;
    const handle = traces.newHandle();
    const onTrace = (trace: Trace): void => traces.set(handle, { trace, ...lease });
    const options = {
      maxTokens,
      top,
      handle,
      signal,
      progress,
      onTrace,
      base: baseOf(base, model),
      edits: edits.map(parseEdit),
      look,
    };
    const { explanation } = await explain(model, text, options).catch((thrown: unknown) => {
      traces.release(handle);
      lease.release();
      throw thrown;
    });
    const { timings } = explanation;
    const kept = traces.find(handle);
    if (kept) Object.assign(kept, { explained: true, logprobs: explanation.logprobs, text, roles: explanation.roles });
    return { ...explanation, timings: { ...timings, loadMs, totalMs: timings.totalMs + loadMs } };
  },
  tile({ trace: of, without, ...params }, { signal }) {
    const { trace, model } = traces.of(of);
    if (without) return tileWithout(model.kernel, trace, { ...params, without }, breather(signal));
    return tile(model.kernel, trace, params);
  },
  weights({ trace, layer, head, token, direction }) {
    return headWeights(traces.of(trace).trace, layer, head, token, direction);
  },
  async predictions({ trace: of, position, top, ids }, { signal }) {
    const { trace, model } = traces.of(of);
    trace.checkToken(position);
    refuseBothWays(model.config);
    return candidatesAt(model, trace, position, top, breather(signal), ids);
  },
  release({ of }) {
    const kept = traces.release(of);
    kept?.trace.release();
    kept?.release();
  },
  selfTest: () => testSelf(),
  ...readingAnswers((trace) => traces.of(trace), { edges: studiedEdges, shuffled: shuffledNames }),
};

new Rpc<ExplainWorkerApi, Record<never, never>>(hostPort(), handlers);
