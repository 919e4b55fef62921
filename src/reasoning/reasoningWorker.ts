/** The worker that reasons: keeps the loaded model and the readings that panels look at, and answers over the port. */
import { breathe, breather } from '../engine/explain';
import { Kept } from '../engine/kept';
import { KeptModel } from '../engine/keptModel.node';
import { hostPort, workerNumber } from '../engine/workerPort.node';
import type { ReasoningTrace, Taken } from '../protocol/reasoning';
import type { Importing, Loading, ReasoningWorkerApi } from '../protocol/reasoningWorkerApi';
import { Rpc, type CallContext, type Handlers } from '../protocol/rpc';
import { align } from './alignment/align';
import { checkSteps } from './import/annotate';
import { withAnswerLine } from './import/answerLine';
import { findTraces, type ImportedTrace } from './import/importTrace';
import { refuseSource } from './import/sourceCode';
import { decodedText, takenFor, wholeTrace } from './import/incoming';
import { segment, unchecked } from './import/segment';
import { inPieces, type Work } from './import/work';
import { read, type ReadResult } from './reading/read';
import { receiverHeads, stepMatrix } from './reading/receivers';
import { confidenceOf } from './solve/confidence.node';
import { loadReasoner } from './solve/load.node';
import { askedBy } from './solve/prompt';
import type { Reasoner } from './solve/reasoner';
import { solve } from './solve/solve';
import { compare } from './ablation/compare';
import { answerCurve } from './ablation/curve';
import { cutSteps } from './ablation/cut';
import { resample } from './ablation/resample';
import { tokenized } from './ablation/tokenizedSolution';
import { usedReasoning } from './ablation/usedReasoning';
import { testTime } from './testTime/testTime';

const readings = new Kept<ReadResult>(workerNumber());
const imports = new Kept<ImportedTrace[]>(workerNumber());
const reasoners = new KeptModel<Reasoner>(loadReasoner, ({ model }) => model.close());

/** The model stays open until `work` is done. */
async function withReasoner<Result>(
  path: string,
  context: CallContext<Loading>,
  work: (reasoner: Reasoner) => Promise<Result>,
): Promise<Result> {
  const { model, release } = await reasoners.lease(path, context);
  return work(model).finally(release);
}

/** Characters of a trace in a list. */
const LABEL = 120;

function keepImport(traces: ImportedTrace[]): ReasoningWorkerApi['importFile']['result'] {
  const kept = imports.keep(traces);
  const cards = traces.map(({ line, question, steps, text }) => ({
    line,
    label: (question ?? text)
      .slice(0, 4 * LABEL)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LABEL),
    steps: steps.length,
    question,
  }));
  return { kept, cards };
}

/** In pieces between which the worker hears what else it is asked; how far it is, is told by the whole per cent. */
function told<Result>(work: Work<Result>, { signal, progress }: CallContext<Importing>): Promise<Result> {
  let last = 0;
  return inPieces(work, breather(signal), (share) => {
    const percent = Math.floor(100 * share);
    if (percent > last) progress({ kind: 'importing', percent: (last = percent) });
  });
}

async function found(text: string, name: string, context: CallContext<Importing>): Promise<ImportedTrace[]> {
  const traces = await told(findTraces(text, name), context);
  // Whoever has cancelled by now gets no name for them.
  await breathe(context.signal);
  return traces;
}

const handlers: Handlers<ReasoningWorkerApi> = {
  async importFile({ bytes, name }, context) {
    const text = decodedText(bytes, name);
    refuseSource(text, name);
    return keepImport(await found(text, name, context));
  },
  async importText({ text, name, asTrace = false }, context) {
    const taken: Taken = asTrace ? { takenFor: 'trace', because: 'said' } : takenFor(text);
    return { ...keepImport(taken.takenFor === 'trace' ? await found(text, name, context) : []), taken };
  },
  async takeImported({ kept, indices }, context) {
    const traces = imports.release(kept) ?? [];
    const taken: ReasoningTrace[] = [];
    for (const trace of indices.flatMap((index) => traces[index] ?? [])) {
      const { text, question } = trace;
      const steps = await told(checkSteps({ text, question, steps: withAnswerLine(text, trace.steps) }), context);
      taken.push({ ...trace, steps });
    }
    return taken;
  },
  align: ({ left, right }) => align(left, right),
  completion: ({ completion, question }) => wholeTrace(completion, question),
  divide({ text, into, question = null }, context) {
    const steps = Array.isArray(into)
      ? unchecked(text, into)
      : withAnswerLine(text, unchecked(text, segment(text, into, into.by)));
    return told(checkSteps({ text, steps, question }), context);
  },
  solve: ({ modelPath, question, withSteps, written }, context) =>
    withReasoner(modelPath, context, async (reasoner) => {
      const solution = await solve(reasoner, question, {
        withSteps,
        written,
        pause: () => breathe(context.signal),
        onText: async (text) => {
          context.progress({ kind: 'text', text });
          await breathe(context.signal);
        },
      });
      const isWhole = withSteps && written === undefined;
      const pause = (): Promise<void> => breathe(context.signal);
      // An extra: whatever goes wrong with it, the solution is there.
      const confidence = isWhole ? await confidenceOf(reasoner, question, solution, pause).catch(() => null) : null;
      return { ...solution, modelName: reasoner.model.card.name, prompt: askedBy(reasoner.style), confidence };
    }),
  read: ({ modelPath, solution, view }, context) => {
    const started = performance.now();
    return withReasoner(modelPath, context, async (reasoner) => {
      const result = await read(reasoner, { ...solution, view }, () => breathe(context.signal));
      return { ...result.reading, reading: readings.keep(result), ms: performance.now() - started };
    });
  },
  heads({ reading, step }) {
    const { attention, lengths } = readings.of(reading);
    const { shares, segments } = attention;
    const heads = shares.length / (lengths.length * segments);
    const own = new Float32Array(heads * segments);
    for (let head = 0; head < heads; head++) {
      const from = (head * lengths.length + step) * segments;
      own.set(shares.subarray(from, from + segments), head * segments);
    }
    return own;
  },
  receivers({ reading, top }) {
    const { attention, lengths, reading: about } = readings.of(reading);
    const heads = receiverHeads(attention, about.heads, lengths, top);
    const matrices = heads.map(({ layer, head }) => stepMatrix(attention, layer * about.heads + head, lengths));
    return { heads, matrices };
  },
  release({ of }) {
    readings.release(of);
    imports.release(of);
  },
  curve: ({ modelPath, solution, ...options }, context) =>
    withReasoner(modelPath, context, async (reasoner) =>
      answerCurve(reasoner, tokenized(reasoner, solution), {
        ...options,
        pause: () => breathe(context.signal),
        onPoint: async (done, probability) => {
          context.progress({ kind: 'point', done, probability });
          await breathe(context.signal);
        },
      }),
    ),
  cut: ({ modelPath, solution, answer, steps }, context) =>
    withReasoner(modelPath, context, async (reasoner) => {
      const onCut = async (ablation: ReasoningWorkerApi['cut']['result'][number]): Promise<void> => {
        context.progress({ kind: 'cut', ablation });
        await breathe(context.signal);
      };
      return cutSteps(reasoner, tokenized(reasoner, solution), { steps, answer, onCut });
    }),
  resample: ({ modelPath, solution, ...options }, context) =>
    withReasoner(modelPath, context, async (reasoner) =>
      resample(reasoner, tokenized(reasoner, solution), {
        ...options,
        onSample: async (done, resampling) => {
          context.progress({ kind: 'sample', done, resampling });
          await breathe(context.signal);
        },
      }),
    ),
  compare: ({ modelPath, ...options }, context) =>
    withReasoner(modelPath, context, (reasoner) =>
      compare(reasoner, {
        ...options,
        onProblem: async (done, rows) => {
          context.progress({ kind: 'rows', done, rows });
          await breathe(context.signal);
        },
      }),
    ),
  usedReasoning: ({ modelPath, ...options }, context) =>
    withReasoner(modelPath, context, (reasoner) =>
      usedReasoning(reasoner, {
        ...options,
        onProblem: async (done, rows) => {
          context.progress({ kind: 'altered', done, rows });
          await breathe(context.signal);
        },
      }),
    ),
  testTime: ({ modelPath, ...options }, context) =>
    withReasoner(modelPath, context, (reasoner) =>
      testTime(reasoner, {
        ...options,
        pause: () => breathe(context.signal),
        onProblem: async (done, spent) => {
          context.progress({ kind: 'spent', done, spent });
          await breathe(context.signal);
        },
      }),
    ),
};

new Rpc<ReasoningWorkerApi, Record<never, never>>(hostPort(), handlers);
