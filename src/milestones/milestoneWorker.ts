/** The worker that runs experiments, one at a time, so that Explain Attention's own worker stays quick. */
import type { MilestoneHostApi, MilestoneWorkerApi } from '../protocol/milestones';
import { Problem } from '../protocol/problem';
import { Rpc, type Handlers } from '../protocol/rpc';
import { experimentOf } from './index';
import { inputsOf, ModelKeeper } from './inputs.node';
import { accepted } from './options';
import { Pause } from './pause';
import { runExperiment } from './run';
import { hostPort } from '../engine/workerPort.node';

interface Kept {
  id: string;
  run: number;
  answer(question: unknown, signal: AbortSignal): unknown;
}

const models = new ModelKeeper();
const pause = new Pause();
/** The latest answering run of each entry. */
const kept = new Map<string, Kept>();
let runs = 0;
/** Resolves when the run before has let go. */
let last: Promise<unknown> = Promise.resolve();

const handlers: Handlers<MilestoneWorkerApi> = {
  needs: ({ id }) => experimentOf(id).needs ?? {},
  async run({ id, options, seed, inputs }, { signal, progress }) {
    const before = last;
    let letGo!: () => void;
    last = new Promise<void>((resolve) => (letGo = resolve));
    try {
      await before;
      const experiment = experimentOf(id);
      kept.delete(id);
      const run = ++runs;
      const { result, card, timings, answer } = await runExperiment(experiment, {
        options: accepted(experiment.controls, options),
        seed,
        signal,
        inputs: inputsOf(inputs, models),
        onProgress: progress,
        gate: () => pause.open(signal),
      });
      if (answer) kept.set(id, { id, run, answer });
      return { run, result, card, answers: answer !== undefined, timings };
    } finally {
      letGo();
    }
  },
  pause({ paused }) {
    pause.set(paused);
  },
  ask({ run, question }, { signal }) {
    const found = [...kept.values()].find((each) => each.run === run);
    if (!found) throw new Problem('trace-gone', 'This result is no longer kept; run the experiment again.');
    return found.answer(question, signal);
  },
  async settled() {
    await last;
  },
};

new Rpc<MilestoneWorkerApi, MilestoneHostApi>(hostPort(), handlers);
