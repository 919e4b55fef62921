/** Runs one experiment: progress at a bearable rate, cancellation, times. Used by the worker and the command line. */
import { breathe } from '../engine/explain';
import type { Card, Progress } from '../protocol/milestones';
import { Problem } from '../protocol/problem';
import { defaults, type Experiment, type Finished, type Inputs } from './experiment';

/** Reports closer together than this are not sent, unless they bring the first picture. */
const REPORT_EVERY_MS = 100;
/** A cancellation is read at least this often where the experiment reports often. */
const BREATHE_EVERY_MS = 20;

export interface RunOptions<Options, Result> {
  options: Options;
  seed: number;
  signal: AbortSignal;
  inputs: Inputs;
  onProgress?: (progress: Progress<Result>) => void;
  /** Resolves when the run may go on; a pause. */
  gate?: () => Promise<void>;
}

export interface Run<Result, Question, Answer> extends Finished<Result, Question, Answer> {
  card: Card;
  timings: { totalMs: number; firstPictureMs: number } & Record<string, number>;
}

/** Throws Problem; cancelled when `signal` is aborted. */
export async function runExperiment<Options, Result, Question, Answer>(
  experiment: Experiment<Options, Result, Question, Answer>,
  { options, seed, signal, inputs, onProgress, gate }: RunOptions<Options, Result>,
): Promise<Run<Result, Question, Answer>> {
  const started = performance.now();
  let [reported, breathed, firstPicture] = [-Infinity, -Infinity, NaN];
  const report = async (done: number, note: Progress['note'], partial?: Result): Promise<void> => {
    const now = performance.now();
    const first = partial !== undefined && Number.isNaN(firstPicture);
    if (first) firstPicture = now - started;
    if (first || now - reported >= REPORT_EVERY_MS) {
      reported = now;
      onProgress?.({ done: Math.min(1, Math.max(0, done)), note, partial });
    }
    await gate?.();
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    if (now - breathed < BREATHE_EVERY_MS) return;
    await breathe(signal);
    breathed = performance.now();
  };
  await breathe(signal);
  const finished = await experiment.run(options, seed, report, signal, inputs);
  const totalMs = performance.now() - started;
  const firstPictureMs = Number.isNaN(firstPicture) ? totalMs : firstPicture;
  const usual = defaults(experiment.controls);
  const isUnusual = (Object.keys(usual as object) as (keyof Options)[]).some((name) => options[name] !== usual[name]);
  return {
    ...finished,
    card: { ...experiment.card(finished.result, options), ...(isUnusual && { isUnusual }) },
    timings: { ...finished.timings, totalMs, firstPictureMs },
  };
}
