/** Why the bundled model's answer may be none, and what it can do. No DOM. */
import { hasNumbers, numbersNotUsed } from '../../src/shared/questionNumbers';
import { t } from '../shared/l10n';
import type { Shown } from './state';

/** null: nothing speaks against the answer of the bundled model, or another wrote it. */
export function whyNot(shown: Shown | null): string | null {
  if (shown?.origin.kind !== 'live' || shown.origin.prompt !== 'native' || shown.question === null) return null;
  // A generated problem is of the kind that it was trained on.
  if (shown.expected !== null && shown.answer !== null) return null;
  const can = t(
    'The bundled model was trained on short word problems in which one quantity is added to, taken from, multiplied or divided, such as:',
  );
  if (!hasNumbers(shown.question)) return `${t('This question gives no numbers.')} ${can}`;
  if (shown.circles !== undefined || shown.answer === null) return can;
  const reasons: string[] = [];
  const { confidence } = shown;
  if (confidence && !confidence.isKnown) {
    const { right, of } = confidence.unsure;
    reasons.push(
      t('It does not know this kind of problem: of {0} others that it was as unsure of, it solved {1}.', of, right),
    );
  }
  const unused = numbersNotUsed(shown.question, shown.steps);
  if (unused.length === 1) reasons.push(t('Its steps do not use this number of the question: {0}.', unused[0]));
  if (unused.length > 1) reasons.push(t('Its steps do not use these numbers of the question: {0}.', unused.join(', ')));
  return reasons.length > 0 ? [...reasons, can].join(' ') : null;
}
