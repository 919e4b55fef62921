/** What a chain of thought consists of, as it crosses the borders. Offsets are UTF-16, half-open, unless said. */

/** A sum that a step states. */
export interface Equation {
  text: string;
  /** In the text that was searched. */
  start: number;
  end: number;
  stated: number;
  /** null: it has no value (a division by zero). */
  computed: number | null;
  right: boolean;
  /** Right to the decimals that are given, not exactly: 100 / 3 = 33.33. */
  rounded: boolean;
}

export interface TextRange {
  start: number;
  end: number;
}

export interface Step extends TextRange {
  text: string;
  equations: Equation[];
}

export type TraceFormat = 'think' | 'chat' | 'list' | 'gsm8k' | 'plain';

/** A chain of thought that somebody wrote. */
export interface ReasoningTrace {
  format: TraceFormat;
  question: string | null;
  /** What offsets of steps refer to. */
  text: string;
  steps: Step[];
  /** The answer that the trace comes to; null when none is found. */
  answer: string | null;
  /** The writer's own log-probabilities (natural), where the file has them: they tile a part of `text`. */
  logprobs: (TextRange & { logprob: number })[];
}
