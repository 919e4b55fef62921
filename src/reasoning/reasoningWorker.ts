/** The worker that reasons: keeps the loaded model and the readings that panels look at, and answers over the port. */
import { breathe } from '../engine/explain';
import { KeptModel } from '../engine/keptModel.node';
import type { ReasoningHostApi, ReasoningWorkerApi } from '../protocol/reasoningWorkerApi';
import { Problem } from '../protocol/problem';
import { Rpc, type Handlers } from '../protocol/rpc';
import { withAnswerLine } from './import/answerLine';
import { importTraces, type ImportedTrace } from './import/importTrace';
import { decodedText, isTrace, wholeTrace } from './import/incoming';
import { segment, stepsOf } from './import/segment';
import { read, type ReadResult } from './reading/read';
import { receiverHeads, stepMatrix } from './reading/receivers';
import { loadReasoner } from './solve/load.node';
import { solve } from './solve/solve';
import { compare } from './ablation/compare';
import { answerCurve } from './ablation/curve';
import { cutSteps } from './ablation/cut';
import { resample } from './ablation/resample';
import { tokenized } from './ablation/tokenizedSolution';
import { hostPort } from '../engine/workerPort.node';

// Not from 1: a page may still hold the number of a worker that died, and must not be given another's reading.
let nextReading = Date.now();
const readings = new Map<number, ReadResult>();
const imports = new Map<number, ImportedTrace[]>();
const reasoners = new KeptModel(loadReasoner);

function kept(reading: number): ReadResult {
  const found = readings.get(reading);
  if (!found) throw new Problem('trace-gone', 'This reading is no longer kept.');
  return found;
}

/** Characters of a trace in a list. */
const LABEL = 120;

function keepImport(traces: ImportedTrace[]): ReasoningWorkerApi['importFile']['result'] {
  const kept = nextReading++;
  imports.set(kept, traces);
  const cards = traces.map(({ line, question, steps, text }) => ({
    line,
    label: (question ?? text)
      .slice(0, 4 * LABEL)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, LABEL),
    steps: steps.length,
  }));
  return { kept, cards };
}

const handlers: Handlers<ReasoningWorkerApi> = {
  importFile: ({ bytes, name }) => keepImport(importTraces(decodedText(bytes, name), name)),
  importText: ({ text, name }) => keepImport(isTrace(text) ? importTraces(text, name) : []),
  takeImported({ kept, index }) {
    const trace = index === null ? undefined : imports.get(kept)?.[index];
    imports.delete(kept);
    return trace ? { ...trace, steps: withAnswerLine(trace.text, trace.steps) } : null;
  },
  completion: ({ completion, question }) => wholeTrace(completion, question),
  divide: ({ text, into }) =>
    Array.isArray(into) ? stepsOf(text, into) : withAnswerLine(text, stepsOf(text, segment(text, into, into.by))),
  async solve({ modelPath, question, withSteps, written }, context) {
    const reasoner = await reasoners.of(modelPath, context);
    const solution = await solve(reasoner, question, {
      withSteps,
      written,
      pause: () => breathe(context.signal),
      onText: async (text) => {
        context.progress({ kind: 'text', text });
        await breathe(context.signal);
      },
    });
    return { ...solution, modelName: reasoner.model.card.name, prompt: reasoner.style.kind };
  },
  async read({ modelPath, solution, view }, context) {
    const started = performance.now();
    const reasoner = await reasoners.of(modelPath, context);
    const result = await read(reasoner, { ...solution, view }, () => breathe(context.signal));
    const id = nextReading++;
    readings.set(id, result);
    return { ...result.reading, reading: id, ms: performance.now() - started };
  },
  heads({ reading, step }) {
    const { attention, lengths } = kept(reading);
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
    const { attention, lengths, reading: about } = kept(reading);
    const heads = receiverHeads(attention, about.heads, lengths, top);
    const matrices = heads.map(({ layer, head }) => stepMatrix(attention, layer * about.heads + head, lengths));
    return { heads, matrices };
  },
  release({ reading }) {
    readings.delete(reading);
  },
  async curve({ modelPath, solution, ...options }, context) {
    const reasoner = await reasoners.of(modelPath, context);
    return answerCurve(reasoner, tokenized(reasoner, solution), {
      ...options,
      pause: () => breathe(context.signal),
      onPoint: async (done, probability) => {
        context.progress({ kind: 'point', done, probability });
        await breathe(context.signal);
      },
    });
  },
  async cut({ modelPath, solution, answer, steps }, context) {
    const reasoner = await reasoners.of(modelPath, context);
    const onCut = async (worth: ReasoningWorkerApi['cut']['result'][number]): Promise<void> => {
      context.progress({ kind: 'cut', worth });
      await breathe(context.signal);
    };
    return cutSteps(reasoner, tokenized(reasoner, solution), { steps, answer, onCut });
  },
  async resample({ modelPath, solution, ...options }, context) {
    const reasoner = await reasoners.of(modelPath, context);
    return resample(reasoner, tokenized(reasoner, solution), {
      ...options,
      onSample: async (done, worth) => {
        context.progress({ kind: 'sample', done, worth });
        await breathe(context.signal);
      },
    });
  },
  async compare({ modelPath, ...options }, context) {
    const reasoner = await reasoners.of(modelPath, context);
    return compare(reasoner, {
      ...options,
      onProblem: async (done, rows) => {
        context.progress({ kind: 'rows', done, rows });
        await breathe(context.signal);
      },
    });
  },
};

new Rpc<ReasoningWorkerApi, ReasoningHostApi>(hostPort(), handlers);
