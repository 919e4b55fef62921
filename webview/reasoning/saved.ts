/** What of a chain of thought outlives its page. No DOM. */
import {
  STEP_KINDS,
  type Correction,
  type Division,
  type Equation,
  type SolutionConfidence,
  type Step,
  type StepAblation,
  type StepResampling,
  type TextRange,
  type TraceSource,
} from '../../src/protocol/reasoning';
import {
  count,
  either,
  flag,
  listOf,
  number,
  oneOf,
  optional,
  orNull,
  recordOf,
  shape,
  text,
  type Guard,
} from '../../src/shared/shape';
import { emptyState, type Direct, type Origin, type Shown, type Solver, type State } from './state';

type SavedAblation = Omit<StepAblation, 'kl'> & { kl: (number | null)[] };

interface Saved {
  version: 1;
  shown: Shown | null;
  position: number;
  pending: State['pending'];
  whom?: Solver;
  curve: (number | null)[];
  reach?: State['reach'];
  /** What was measured may have taken long. */
  cuts?: SavedAblation[];
  resamples?: StepResampling[];
  others?: Shown[];
  beside?: number;
}

/** Longer texts are not kept in the window's storage: the file is imported again. */
const MAX_KEPT = 1_000_000;
/** Nor are more steps: they are written whenever one moves. */
const MAX_KEPT_STEPS = 20_000;

export function save({ shown, position, pending, whom, curve, reach, cuts, resamples, others, beside }: State): Saved {
  return {
    version: 1,
    shown: shown && shown.text.length <= MAX_KEPT && shown.steps.length <= MAX_KEPT_STEPS ? shown : null,
    position,
    pending,
    whom,
    curve: curve.map(nanAsNull),
    reach,
    cuts: Array.from(cuts.values(), (ablation) => ({ ...ablation, kl: Array.from(ablation.kl, nanAsNull) })),
    resamples: [...resamples.values()],
    others: others.reduce((length, { text }) => length + text.length, 0) <= MAX_KEPT ? others : [],
    beside,
  };
}

/** JSON has no NaN. */
const nanAsNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
const nullAsNan = (value: number | null): number => value ?? NaN;

/** null: whatever another version of the page left, or somebody else, is no help. What was measured of no step is left out. */
export function restored(saved: unknown): State | null {
  if (!isSaved(saved)) return null;
  const { shown, position, pending, whom, curve, reach, cuts = [], resamples = [], others = [], beside = 0 } = saved;
  const steps = shown?.steps.length ?? 0;
  return {
    ...emptyState(),
    shown,
    position: Math.max(0, Math.min(steps - 1, position)),
    pending,
    whom: whom ?? 'model',
    curve: curve.slice(0, steps + 1).map(nullAsNan),
    reach: reach ?? null,
    others,
    alignments: others.map(() => undefined),
    beside: beside < others.length ? beside : 0,
    cuts: new Map(
      cuts
        .filter(({ step, kl }) => step < steps && kl.length <= steps)
        .map((ablation) => [ablation.step, { ...ablation, kl: Float32Array.from(ablation.kl, nullAsNan) }]),
    ),
    resamples: new Map(resamples.filter(({ step }) => step < steps).map((resampling) => [resampling.step, resampling])),
  };
}

const solver = oneOf<Solver>('model', 'server', 'vscode');
const ending = oneOf('end', 'length', 'broken');
const origin: Guard<Origin> = either(
  shape<Extract<Origin, { kind: 'live' }>>({
    kind: oneOf('live'),
    modelName: text,
    prompt: oneOf('native', 'chat', 'chat-examples', 'few-shot', 'instead'),
    ending: oneOf('end', 'answer', 'length'),
  }),
  shape<Extract<Origin, { kind: 'server' }>>({ kind: oneOf('server'), modelName: text, address: text, ending }),
  shape<Extract<Origin, { kind: 'vscode' }>>({ kind: oneOf('vscode'), modelName: text, ending }),
  shape<Extract<Origin, { kind: 'import' }>>({
    kind: oneOf('import'),
    title: text,
    format: text,
    others: count,
    reader: optional(text),
    unused: optional(recordOf(number)),
    brokenLines: optional(listOf(count)),
    passedOver: optional(count),
    source: optional(shape<TraceSource>({ uri: text, line: count, index: count })),
  }),
);
const equation = shape<Equation>({
  text,
  start: count,
  end: count,
  stated: orNullAsNumber,
  computed: orNull(number),
  computedText: optional(text),
  right: flag,
  rounded: flag,
  onWrong: optional(oneOf('surely', 'perhaps')),
});
const step = shape<Step>({
  text,
  start: count,
  end: count,
  equations: listOf(equation),
  kinds: optional(listOf(oneOf(...STEP_KINDS))),
  buildsOn: optional(listOf(count)),
  mayBuildOn: optional(listOf(count)),
  corrected: optional(shape<Correction>({ by: count, isTakenBack: flag })),
  isAnswer: optional(flag),
});
const shownFields = shape<Shown>({
  origin,
  question: orNull(text),
  expected: orNull(text),
  text,
  steps: listOf(step),
  division: optional(oneOf<Division>('found', 'sentences', 'lines', 'sums')),
  answer: orNull(text),
  ids: optional(listOf(count)),
  circles: optional(count),
  confidence: optional(
    shape<SolutionConfidence>({
      chance: number,
      isKnown: flag,
      unsure: shape<SolutionConfidence['unsure']>({ right: count, of: count }),
    }),
  ),
  direct: orNull(shape<Direct>({ text, answer: orNull(text) })),
  logprobs: listOf(shape<Shown['logprobs'][number]>({ start: count, end: count, logprob: number })),
});
const answers = listOf(shape<StepResampling['kept'][number]>({ answer: text, count }));
const isSaved = shape<Saved>({
  version: (value): value is 1 => value === 1,
  shown: orNull(isShown),
  position: number,
  pending: orNull(shape<NonNullable<State['pending']>>({ question: text, expected: orNull(text), whom: solver })),
  whom: optional(solver),
  curve: listOf(orNull(number)),
  reach: optional(orNull(shape<NonNullable<State['reach']>>({ whole: count, withQuestion: flag, context: count }))),
  cuts: optional(
    listOf(
      shape<SavedAblation>({
        step: count,
        kl: listOf(orNull(number)),
        before: number,
        after: number,
        answerBefore: orNull(text),
        answerAfter: orNull(text),
      }),
    ),
  ),
  others: optional(listOf(isShown)),
  beside: optional(count),
  resamples: optional(
    listOf(
      shape<StepResampling>({
        step: count,
        samples: count,
        sampling: shape<StepResampling['sampling']>({ seed: count, temperature: number, topP: number }),
        changed: count,
        rightKept: number,
        rightReplaced: number,
        kept: answers,
        replaced: answers,
        kl: number,
      }),
    ),
  ),
});

/** Its steps lie in its text, one after the other. */
function isShown(value: unknown): value is Shown {
  if (!shownFields(value)) return false;
  const inText = ({ start, end }: TextRange): boolean => start <= end && end <= value.text.length;
  const inOrder = value.steps.every(({ start }, at) => at === 0 || start >= value.steps[at - 1].end);
  return value.steps.length > 0 && inOrder && value.steps.every(inText) && value.logprobs.every(inText);
}

/** A sum too large for a number is kept as null. */
function orNullAsNumber(value: unknown): value is number {
  return number(value) || value === null;
}
