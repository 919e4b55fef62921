/** What every view of the panel is given, and what every view is. */
import type { Host } from './host';
import type { Division } from '../../src/protocol/reasoning';
import type { Shown, State } from './state';

export interface Stage {
  readonly host: Host;
  readonly state: State;
  /** Says something to those who listen rather than look. */
  say(text: string): void;
  /** @param reveal brings the step into sight, wherever the page is */
  goTo(position: number, reveal?: boolean): void;
  /** Selects the step in the document that the trace was read from, which is opened beside where it is not. */
  openInDocument(position: number): void;
  /** By whom the person has chosen. */
  solve(question: string, expected: string | null): void;
  show(shown: Shown): void;
  /** Another division of the text; what was computed for the one before is dropped. */
  divide(into: { start: number; end: number }[] | Division): void;
  /** Reads the chunks of a long trace that were not read yet. */
  readOn(): void;
  /** @param again what *Try again* does */
  failed(thrown: unknown, again?: () => void): void;
  /** Runs what can be cancelled: one at a time, with words for what it does. */
  run(words: string, work: (signal: AbortSignal, progress: (words: string) => void) => Promise<void>): void;
  /** Something was computed: views draw again. */
  changed(): void;
}

/** Views draw in the next frame, so these may be called as often as events come. */
export interface View {
  readonly element: HTMLElement;
  /** Another trace is on show. */
  begun?(): void;
  /** Position, reading, curve or cuts have changed. */
  draw?(): void;
}

/** What is measured of the model in use; nothing is kept of another. */
export interface ModelView {
  readonly element: HTMLElement;
  model(name: string): void;
}
