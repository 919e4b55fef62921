/** The page's side of an experiment: how its result is drawn. Controls are drawn by the page from what is declared. */
import type { CheckedNumbers, Controls } from '../../src/protocol/milestones';

export interface ViewStage {
  /** A follow-up question on the finished result; rejects when the result is no longer kept. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Read out by screen readers. */
  say(text: string): void;
}

export interface DrawnExperiment<Options, Result> {
  readonly element: HTMLElement;
  /** A partial result (`final` false) or the whole one, with what was measured. Called again with each. */
  draw(result: Result, options: Options, final: boolean, timings?: Readonly<Record<string, number>>): void;
}

export interface ExperimentView<Options, Result> {
  controls: Controls<Options>;
  mount(stage: ViewStage): DrawnExperiment<Options, Result>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any view fits
export type AnyView = ExperimentView<any, any>;

/** What the page shows of an entry beside its story. */
export interface EntryPage {
  /** Chinese of the words of the entry; English is the key. */
  strings: Readonly<Record<string, string>>;
  view: AnyView;
  checked?: CheckedNumbers;
}
