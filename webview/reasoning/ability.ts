/** Why a loaded model's answer may be none, and what the bundled one can do. No DOM. */
import { solutionDoubts, type SolutionDoubt } from '../../src/shared/solutionDoubts';
import { verdictOf } from '../../src/shared/verdict';
import { t } from '../shared/l10n';
import type { Shown } from './state';

export interface Doubt {
  /** What speaks against the answer; empty where the sentences above say it. */
  why: string;
  /** What the bundled model can do: examples follow; null: another model wrote it. */
  can: string | null;
}

/** null: nothing speaks against the answer, or nobody knows what the writer can do. */
export function whyNot(shown: Shown | null): Doubt | null {
  if (shown?.origin.kind !== 'live' || shown.question === null) return null;
  const isBundled = shown.origin.prompt === 'native';
  const isNone = shown.circles !== undefined || shown.answer === null;
  // A generated problem is of the kind that the bundled model was trained on.
  if (!isNone && (!isBundled || shown.expected !== null)) return null;
  const why = solutionDoubts(shown.question, shown.steps, isNone ? null : shown.confidence).map(doubtWords);
  const isWrong = verdictOf(shown.steps).standing.length > 0;
  if (why.length === 0 && !isNone && !isWrong) return null;
  const can = isBundled
    ? t(
        'The bundled model was trained on short word problems in which one quantity is added to, taken from, multiplied or divided, such as:',
      )
    : null;
  return { why: why.join(' '), can };
}

function doubtWords(doubt: SolutionDoubt): string {
  switch (doubt.kind) {
    case 'unsure':
      return t(
        'It does not know this kind of problem: of {0} others that it was unsure of, it solved {1}.',
        doubt.of,
        doubt.right,
      );
    case 'no-numbers':
      return t('This question gives no numbers.');
    case 'unused':
      return doubt.numbers.length === 1
        ? t('Its steps do not use this number of the question: {0}.', doubt.numbers[0])
        : t('Its steps do not use these numbers of the question: {0}.', doubt.numbers.join(', '));
    case 'from-nowhere':
      return doubt.numbers.length === 1
        ? t('Its steps compute with a number that the question does not give: {0}.', doubt.numbers[0])
        : t('Its steps compute with numbers that the question does not give: {0}.', doubt.numbers.join(', '));
  }
}
