/** What the page knows about the chain of thought on show, and what of it outlives the page. No DOM. */
import { surprisalBits } from '../../src/shared/surprisal';
import type {
  Alignment,
  AnswerCurve,
  AskedBy,
  StepAblation,
  Division,
  Reading,
  SolutionConfidence,
  StepResampling,
  Step,
  StepToken,
  Taken,
  TextRange,
  TraceSource,
  WrittenSolution,
} from '../../src/protocol/reasoning';
import type { Whom } from '../../src/protocol/reasoningPanelApi';

export type Origin =
  | { kind: 'live'; modelName: string; prompt: AskedBy; ending: 'end' | 'answer' | 'length' }
  | { kind: 'server'; modelName: string; address: string; ending: 'end' | 'length' | 'broken' }
  | { kind: 'vscode'; modelName: string; ending: 'end' | 'length' | 'broken' }
  | {
      kind: 'import';
      title: string;
      format: string;
      others: number;
      /** What it was taken for, what of its record is not shown, and lines that could not be read. */
      reader?: string;
      unused?: Record<string, number>;
      brokenLines?: number[];
      passedOver?: number;
      /** Where it stands in a document. */
      source?: TraceSource;
    };

/** A direct answer, without steps. */
export interface Direct {
  text: string;
  answer: string | null;
}

export interface Shown {
  origin: Origin;
  question: string | null;
  /** The right answer, where it is known. */
  expected: string | null;
  text: string;
  steps: Step[];
  /** undefined: the person has joined or divided steps by hand. */
  division?: Division;
  answer: string | null;
  ids?: number[];
  direct: Direct | null;
  /** How likely the bundled model's own answer is right; undefined of any other. */
  confidence?: SolutionConfidence;
  /** The step from which on it only says again what it has said; undefined: it does not. */
  circles?: number;
  /** The writer's own log-probabilities. */
  logprobs: (TextRange & { logprob: number })[];
}

export interface State {
  shown: Shown | null;
  /** The step that one stands at. */
  position: number;
  /** The model's reading of the chunk in view; null until it has come. */
  reading: Reading | null;
  /** All chunks that were read, by number. */
  chunks: Map<number, Reading>;
  /** A reading is under way: of the whole, or of the part that one has stepped into. */
  isReading: boolean;
  /** Milliseconds that a chunk takes, with its part of the curve, as the quickest so far did; null: none was read. */
  chunkMs: number | null;
  /** [steps + 1]: forced probability of the answer, as far as it has come; NaN where not. */
  curve: number[];
  /** What was in sight at its points. */
  reach: Omit<AnswerCurve, 'probabilities'> | null;
  /** By step. */
  cuts: Map<number, StepAblation>;
  /** By step. */
  resamples: Map<number, StepResampling>;
  /** A problem that is being solved, or a question that was under way when the page was hidden. */
  pending: { question: string; expected: string | null; whom: Solver } | null;
  /** The text that was selected, and what it was taken for; or the document that is offered. */
  selected: { title: string; text: string; taken: Taken; source?: TraceSource; isOffer?: true } | null;
  /** Whose trace was shown before: a reading that was opened for one of them stays open for the next. */
  looksBefore: Origin['kind'] | null;
  /** The step that one stands at is to be brought into sight, wherever the page is. */
  reveal: boolean;
  /** Other chains of thought of the same problem, and each beside the one on show as soon as that is known. */
  others: Shown[];
  alignments: (Alignment | undefined)[];
  /** The one of them that is laid beside. */
  beside: number;
  /** Who solves what the person types or chooses. */
  whom: Solver;
}

/** The loaded model, or another solver. */
export type Solver = 'model' | Whom;

export const emptyState = (): State => ({
  shown: null,
  position: 0,
  reading: null,
  chunks: new Map(),
  isReading: false,
  chunkMs: null,
  curve: [],
  reach: null,
  cuts: new Map(),
  resamples: new Map(),
  pending: null,
  selected: null,
  looksBefore: null,
  reveal: false,
  others: [],
  alignments: [],
  beside: 0,
  whom: 'model',
});

export function begin(state: State, shown: Shown): void {
  Object.assign(state, emptyState(), {
    shown,
    whom: state.whom,
    looksBefore: state.looksBefore,
    selected: state.selected,
  });
}

/** The steps without the closing answer line. */
export const stepCount = ({ steps }: Shown): number => steps.filter(({ isAnswer }) => !isAnswer).length;

/** Where the chain of thought stands in the text: what is before it, after it and its closing answer are not divided. */
export function stepsRange({ steps, text }: Shown): TextRange {
  const last = steps.findLast(({ isAnswer }) => !isAnswer);
  return { start: steps[0]?.start ?? 0, end: last?.end ?? text.length };
}

export type Move = 'first' | 'previous' | 'next' | 'last' | 'error';

/** Where a move leads; the same place where it leads nowhere. */
export function moved(shown: Shown, position: number, move: Move): number {
  const last = shown.steps.length - 1;
  switch (move) {
    case 'first':
      return 0;
    case 'previous':
      return Math.max(0, position - 1);
    case 'next':
      return Math.min(last, position + 1);
    case 'last':
      return last;
    case 'error': {
      const errors = wrongSteps(shown);
      return errors.find((step) => step > position) ?? errors[0] ?? position;
    }
  }
}

/** Steps that state a wrong sum. */
export function wrongSteps({ steps }: Shown): number[] {
  return steps.flatMap(({ equations }, i) => (equations.some(({ right }) => !right) ? [i] : []));
}

/** Whether the writer's own log-probabilities are known for a step. */
export function isWritersOwn({ logprobs, steps }: Shown, step: number): boolean {
  const { start, end } = steps[step];
  return logprobs.some((token) => token.start < end && token.end > start);
}

/** Tokens of a step: by the writer's own log-probabilities where it has given them, else as they were read. */
export function tokensOf(state: State, step: number): StepToken[] {
  const { shown } = state;
  if (!shown?.steps[step]) return [];
  const { start, end } = shown.steps[step];
  const isIn = (token: TextRange): boolean => token.start < end && token.end > start;
  if (!isWritersOwn(shown, step)) return chunkOf(state, step)?.tokens.filter(isIn) ?? [];
  return shown.logprobs.filter(isIn).map((token) => ({
    start: token.start,
    end: token.end,
    label: shown.text.slice(token.start, token.end),
    surprisal: surprisalBits(token.logprob),
  }));
}

/** The reading of a step's own chunk. */
export function chunkOf({ chunks }: State, step: number): Reading | undefined {
  return [...chunks.values()].find(({ ownStep, endStep }) => step >= ownStep && step < endStep);
}

/** Whether every chunk of the trace was read. */
export const isReadWhole = ({ chunks, reading }: State): boolean => reading !== null && chunks.size === reading.chunks;

/** Whether there is a question, and the steps in view are read behind it. */
export function isQuestionRead({ shown, reading }: State): boolean {
  return shown !== null && shown.question !== null && (reading?.withQuestion ?? true);
}

/** The answer that the probability curve is about. */
export function wantedAnswer({ expected, answer }: Shown): string | null {
  return expected ?? answer;
}

/**
 * First step after which the answer is held to be likelier than not, and stays so; null where it is not at the end, undefined
 * where the curve has not come that far.
 */
export function knowsFrom(curve: readonly number[]): number | null | undefined {
  for (let done = curve.length - 1; done >= 0; done--) {
    if (Number.isNaN(curve[done])) return undefined;
    if (curve[done] <= 0.5) return done === curve.length - 1 ? null : done + 1;
  }
  return 0;
}

export function writtenSolution({ question, text, steps, ids }: Shown): WrittenSolution {
  return {
    question,
    text,
    textStart: steps[0]?.start ?? 0,
    steps: steps.map(({ start, end }) => ({ start, end })),
    // Tokens count from the text's beginning; a solution whose first step comes later is tokenized anew.
    ...(ids && (steps[0]?.start ?? 0) === 0 ? { ids } : {}),
  };
}

/** Joins a step to the one before it. */
export function joined(steps: readonly TextRange[], at: number): TextRange[] {
  return steps.flatMap(({ start, end }, i) => {
    if (i === at) return [];
    return [{ start, end: i + 1 === at ? steps[at].end : end }];
  });
}

/** Divides the step that holds this place of the text, if both parts hold anything. */
export function divided(steps: readonly TextRange[], text: string, place: number): TextRange[] {
  return steps.flatMap(({ start, end }) => {
    if (place <= start || place >= end) return [{ start, end }];
    const first = start + text.slice(start, place).trimEnd().length;
    const second = end - text.slice(place, end).trimStart().length;
    return first > start && second < end
      ? [
          { start, end: first },
          { start: second, end },
        ]
      : [{ start, end }];
  });
}
