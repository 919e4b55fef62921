/** Sentences of the chain-of-thought page. */
import { t } from '../shared/l10n';
import { sameAnswer } from '../../src/shared/sameAnswer';
import { verdictOf } from '../../src/shared/verdict';
import { readerName } from './readerName';
import { isReadWhole, knowsFrom, stepCount, wantedAnswer, type Shown, type State } from './state';

/** The verdict in words: the first wrong sum and what became of it, else what came out; whether it is right, since when it was known. */
export function answerSentences(shown: Shown, curve: readonly number[], reader = ''): string[] {
  const { expected, direct } = shown;
  const sums = sumsSentences(shown);
  const { first } = verdictOf(shown.steps);
  const answer = answerSentence(shown);
  // A wrong sum is what one came for; where all are right, the answer is.
  const sentences = first && !first.corrected ? [sums[0], answer, ...sums.slice(1)] : [answer, ...sums];
  if (direct) sentences.splice(sentences.indexOf(answer) + 1, 0, directSentence(direct.answer, expected));
  const known = curveSentence(shown, curve);
  // What another model wrote, this one only reads.
  if (known) {
    const isOwn = shown.origin.kind === 'live';
    sentences.push(isOwn ? known : t('As {0} reads it: {1}', reader || t('the loaded model'), known));
  }
  return sentences;
}

function answerSentence({ answer, expected, origin, circles }: Shown): string {
  const isCut = 'ending' in origin && origin.ending === 'length';
  if (circles !== undefined) return t('It went in circles from step {0} on and did not answer.', circles + 1);
  if (answer === null || (isCut && origin.kind === 'live')) {
    return isCut
      ? t('It was cut off, since there was no more room, and did not answer.')
      : t('The chain of thought comes to no answer.');
  }
  if (expected === null) return t('Step by step: {0}.', answer);
  if (sameAnswer(answer, expected)) return t('Step by step: {0}, which is right.', answer);
  return t('Step by step: {0}, which is wrong; right is {1}.', answer, expected);
}

/** The first wrong sum, how many steps build on it, whether it is taken back; that all are right. */
function sumsSentences({ steps }: Shown): string[] {
  const { first, building, perhaps, afterwards, isAnswerBuilt, sums, standing, takenBack } = verdictOf(steps);
  if (!first) {
    if (sums === 0) return [];
    return [
      sums === 1 ? t('The sum that could be read is right.') : t('All {0} sums that could be read are right.', sums),
    ];
  }
  const { sum, step, corrected } = first;
  const where =
    sum.computed === null
      ? t('First wrong sum: step {0}, {1}; it has no value.', step + 1, sum.text)
      : t('First wrong sum: step {0}, {1}; it is {2}.', step + 1, sum.text, sum.computedText ?? sum.computed);
  const builds =
    building.length === afterwards.length
      ? []
      : [
          building.length === 1
            ? t('One later step builds on it.')
            : t('{0} later steps build on it.', building.length),
        ];
  if (perhaps.length > 0)
    builds.push(perhaps.length === 1 ? t('One later step may.') : t('{0} later steps may.', perhaps.length));
  if (isAnswerBuilt) builds.push(t('The answer rests on it.'));
  const fate = !corrected
    ? t('Not corrected.')
    : corrected.isTakenBack
      ? takenBackSentence(corrected.by, afterwards)
      : t('Step {0} states it rightly, without taking it back.', corrected.by + 1);
  const count = standing.length + takenBack.length;
  return [[where, ...builds, fate].join(' '), ...(count > 1 ? [t('{0} steps have a wrong sum.', count)] : [])];
}

/** Whether it stays taken back. */
function takenBackSentence(by: number, afterwards: readonly number[]): string {
  switch (afterwards.length) {
    case 0:
      return t('Step {0} takes it back.', by + 1);
    case 1:
      return t('Step {0} takes it back, but step {1} goes on with it.', by + 1, afterwards[0] + 1);
    default:
      return t('Step {0} takes it back, but {1} steps after that build on it.', by + 1, afterwards.length);
  }
}

function directSentence(answer: string | null, expected: string | null): string {
  if (answer === null) return t('Asked directly, it gives no answer.');
  if (expected === null) return t('Asked directly: {0}.', answer);
  return sameAnswer(answer, expected)
    ? t('Asked directly: {0}, also right.', answer)
    : t('Asked directly: {0}, which is wrong.', answer);
}

function curveSentence(shown: Shown, curve: readonly number[]): string | null {
  const wanted = wantedAnswer(shown);
  if (wanted === null || curve.length < stepCount(shown) + 1 || Number.isNaN(curve.at(-1))) return null;
  const known = knowsFrom(curve);
  if (known === undefined) return null;
  if (known === null && !curve.every((probability) => probability <= 0.5)) {
    return t('Made to answer after the last step, it gives {0} no more than half a chance.', wanted);
  }
  if (known === null) return t('Made to answer at once, it never gives {0} more than half a chance.', wanted);
  if (known === 0) return t('It would have given {0} before the first step.', wanted);
  return t('It holds {0} for likelier than not from step {1} on.', wanted, known);
}

export function originSentence({ origin, question, logprobs }: Shown, { reading }: State): string {
  const reader = reading ? [t('read by {0}, which did not write it', reading.modelName)] : [];
  if (origin.kind === 'server' || origin.kind === 'vscode') {
    const by =
      origin.kind === 'server'
        ? t('Written by {0} at {1}', origin.modelName || t('a server'), origin.address)
        : t('Written by {0}, a model of VS Code', origin.modelName);
    const silent =
      origin.kind === 'vscode'
        ? [t('such models give no log-probabilities: the surprisal is that of the model that read it')]
        : logprobs.length === 0
          ? [t('it gave no log-probabilities: the surprisal is that of the model that read it')]
          : [];
    const cut = { end: [], length: [t('stopped: there was no more room')], broken: [t('not complete')] }[origin.ending];
    return [by, ...cut, ...reader, ...silent].join(' · ');
  }
  if (origin.kind === 'live') {
    const asked = {
      native: t('asked in the form it was trained on'),
      chat: t('asked through its chat template'),
      'chat-examples': t('asked through its chat template, with three worked examples'),
      'few-shot': t('asked with three worked examples'),
      instead: t('asked with three worked examples: its chat template takes more time or room than a template may'),
    }[origin.prompt];
    const cut = origin.ending === 'length' ? ` · ${t('stopped: there was no more room')}` : '';
    return `${t('Written by {0}', origin.modelName)} · ${asked}${cut}`;
  }
  const parts = [t('Imported from {0}', origin.title), ...reader];
  if (origin.reader) parts.push(t('read as: {0}', readerName(origin.reader)));
  if (question === null) parts.push(t('without a question'));
  const unused = Object.entries(origin.unused ?? {});
  if (unused.length > 0) {
    const fields = unused.map(([field, length]) => t('{0} ({1} characters)', field, length));
    parts.push(t('not shown: {0}', fields.join(', ')));
  }
  if (origin.passedOver) parts.push(t('records without a chain of thought, passed over: {0}', origin.passedOver));
  if (origin.brokenLines)
    parts.push(t('not read, since the JSON is broken there: line {0}', origin.brokenLines.join(', ')));
  return parts.join(' · ');
}

/** How a trace was read that is longer than what is read at once; null: it is not. */
export function windowSentence(state: State): string | null {
  const { shown, reading, chunks } = state;
  if (!shown || !reading) return null;
  const { context, withQuestion } = reading;
  const cut = cutStep(state);
  const begun =
    cut === null
      ? []
      : [
          t(
            'Step {0} is longer than the {1} tokens that are read at once: only its beginning was read.',
            cut + 1,
            context,
          ),
        ];
  if (reading.chunks < 2) return begun.at(0) ?? null;
  const how =
    shown.question !== null && withQuestion
      ? t(
          'At most {0} tokens are read at once, so it is read in {1} chunks, each with the question and the latest steps before it in sight.',
          context,
          reading.chunks,
        )
      : shown.question === null
        ? t(
            'At most {0} tokens are read at once, so it is read in {1} chunks, each with the latest steps before it in sight.',
            context,
            reading.chunks,
          )
        : t(
            'At most {0} tokens are read at once, so it is read in {1} chunks, each with the latest steps before it in sight, without the question, which is too long.',
            context,
            reading.chunks,
          );
  const far = isReadWhole(state)
    ? t('All were read.')
    : t(
        'Read so far: {0}; on show is chunk {1}, steps {2} to {3}.',
        chunks.size,
        reading.chunk + 1,
        reading.ownStep + 1,
        reading.endStep,
      );
  return [how, far, ...begun].join(' ');
}

/** The first step, from 0, of which the readings so far have only the beginning; null: none. */
function cutStep({ shown, reading, chunks }: State): number | null {
  const readings = chunks.size > 0 ? [...chunks.values()] : reading ? [reading] : [];
  const cut = readings
    .filter(({ endStep, tokens }) => {
      const end = shown?.steps.at(endStep - 1)?.end;
      return endStep > 0 && end !== undefined && tokens.length > 0 && tokens.at(-1)!.end < end;
    })
    .map(({ endStep }) => endStep - 1);
  return cut.length === 0 ? null : Math.min(...cut);
}

/** What the model had in sight at the later points of a long trace's curve; null where it had everything. */
export function reachSentence({ shown, reach }: State): string | null {
  if (!shown || !reach || reach.whole >= stepCount(shown)) return null;
  const { whole, context } = reach;
  if (shown.question === null) {
    return t('After step {0} only the latest steps are in sight, at most {1} tokens.', whole, context);
  }
  return reach.withQuestion
    ? t('After step {0} only the question and the latest steps are in sight, at most {1} tokens.', whole, context)
    : t('After step {0} only the latest steps are in sight, without the question, at most {1} tokens.', whole, context);
}

/** Why there is nothing to see of a step yet. */
export function notRead({ reading, isReading }: State): string {
  if (isReading) return t('This part is being read…');
  return reading ? t('This step is outside of what was read.') : '';
}

/** "1 step", "12 steps". */
export const stepTotal = (steps: number): string => (steps === 1 ? t('1 step.') : t('{0} steps.', steps));

/** "Step 3", "Answer". */
export function stepName(shown: Shown, step: number): string {
  return shown.steps[step]?.isAnswer ? t('Answer') : t('Step {0}', step + 1);
}

/** Name of a segment of a reading. */
export function segmentName(shown: Shown, firstStep: number, segment: number): string {
  if (segment === 0) return t('Start token');
  if (segment === 1) return t('Question');
  return stepName(shown, firstStep + segment - 2);
}
