/** The worker that runs experiments, one at a time, so that Explain Attention's own worker stays quick. */
import { Kept } from '../engine/kept';
import { hostPort, workerNumber } from '../engine/workerPort.node';
import type { Handle } from '../protocol/handle';
import type { MilestoneWorkerApi } from '../protocol/milestones';
import { Rpc, type Handlers } from '../protocol/rpc';
import { experimentOf } from './index';
import { experimentModels, inputsOf } from './inputs.node';
import { accepted } from './options';
import { Pause } from './pause';
import { runExperiment } from './run';

interface Answering {
  answer(question: unknown, signal: AbortSignal): unknown;
  /** Of what the answers need. */
  release(): void;
}

const models = experimentModels();
const pause = new Pause();
const answering = new Kept<Answering>(workerNumber());
/** The latest answering run of each entry. */
const latest = new Map<string, Handle>();
/** Resolves when the run before has let go. */
let last: Promise<unknown> = Promise.resolve();

function forgetLatest(id: string): void {
  const run = latest.get(id);
  if (run) answering.release(run)?.release();
  latest.delete(id);
}

const handlers: Handlers<MilestoneWorkerApi> = {
  needs: ({ id }) => experimentOf(id).needs ?? {},
  async run({ id, options, seed, inputs: host }, { signal, progress }) {
    const before = last;
    let letGo!: () => void;
    last = new Promise<void>((resolve) => (letGo = resolve));
    const inputs = inputsOf(host, models, signal);
    let isAnswering = false;
    try {
      await before;
      const experiment = experimentOf(id);
      forgetLatest(id);
      const { result, card, timings, answer } = await runExperiment(experiment, {
        options: accepted(experiment.controls, options),
        seed,
        signal,
        inputs,
        onProgress: progress,
        gate: () => pause.open(signal),
      });
      isAnswering = answer !== undefined;
      const run = answer ? answering.keep({ answer, release: () => inputs.release() }) : null;
      if (run) latest.set(id, run);
      return { run, result, card, timings };
    } finally {
      if (!isAnswering) inputs.release();
      letGo();
    }
  },
  pause({ paused }) {
    pause.set(paused);
  },
  ask: ({ run, question }, { signal }) => answering.of(run).answer(question, signal),
  async settled() {
    await last;
  },
};

new Rpc<MilestoneWorkerApi, Record<never, never>>(hostPort(), handlers);
