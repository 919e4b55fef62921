/** The typed form of an experiment; src/milestones/README.md tells how to add one. */
import type { LoadedModel } from '../engine/model/load';
import type { Card, CardRow, Controls, Needs, SelectedText, Trial, Words, WorkspaceText } from '../protocol/milestones';
import type { MilestoneId } from '../shared/history/timeline';
import type { OpenShards } from './machine-translation/lookups';

/** What a run can read. Everything is optional for the person: no workspace, no selection, and it must still run. */
export interface Inputs {
  /** In order of name; [] when no folder is open. */
  workspace: readonly WorkspaceText[];
  selection: SelectedText | null;
  /** The engine's model; loaded once and kept. Throws Problem as `loadModel` does. */
  model(which?: 'default' | 'reasoner'): Promise<LoadedModel>;
  /** Workers that hold a table between them, for what asking over a line costs. */
  shards: OpenShards;
  /** Bytes of the text by brotli at its best, with the largest window that its format has (16 MB). */
  brotliBytes(text: string): Promise<number>;
  /** The same by xz with a window of 64 MB; only where the check of our numbers has that program: Node has none. */
  xzBytes?(text: string): Promise<number>;
  /** A shipped file, named from media/ on, e.g. 'weights/vision-language-action.safetensors'. Throws Problem file-missing. */
  file(name: string): Promise<Uint8Array>;
}

/**
 * Tells how far it is (0 … 1), with a picture where there is one, and lets a cancellation in. Await it often: it costs
 * nothing when it was called a moment ago. Throws Problem cancelled.
 */
export type Report<Result> = (done: number, note: Words, partial?: Result) => Promise<void>;

export interface Finished<Result, Question = undefined, Answer = unknown> {
  /** Structured-cloneable and deterministic: no times in it. */
  result: Result;
  /** Measured times in ms and rates, apart from the result. */
  timings?: Record<string, number>;
  /** Answers follow-up questions on this result; what the closure holds is kept until the next run of the entry. */
  answer?: (question: Question, signal: AbortSignal) => Answer | Promise<Answer>;
}

export interface Experiment<Options, Result, Question = undefined, Answer = unknown> {
  /** Name of the folder; timeline.ts has title and year. */
  id: MilestoneId;
  controls: Controls<Options>;
  /** In trial.ts, which the page reads too. */
  trial: Trial;
  needs?: Needs;
  run(
    options: Options,
    seed: number,
    report: Report<Result>,
    signal: AbortSignal,
    inputs: Inputs,
  ): Promise<Finished<Result, Question, Answer>>;
  card(result: Result, options: Options): Card;
}

// oxlint-disable-next-line typescript/no-explicit-any -- any experiment fits
export type AnyExperiment = Experiment<any, any, any, any>;

/** Declared values of all options: the default run, or the small one for tests. */
export function defaults<Options>(controls: Controls<Options>, small = false): Options {
  const values = {} as Options;
  for (const name in controls) {
    const { default: usual, small: tiny } = controls[name];
    values[name] = small && tiny !== undefined ? tiny : usual;
  }
  return values;
}

/** A card's rows without those of which this run has no number. */
export function cardRows(rows: readonly (Omit<CardRow, 'value'> & { value?: number | null })[]): CardRow[] {
  return rows.flatMap(({ value, ...row }) => (value == null ? [] : [{ ...row, value }]));
}
