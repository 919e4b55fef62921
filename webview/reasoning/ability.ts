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
  const unused = numbersNotUsed(shown.question, shown.steps);
  if (unused.length === 0) return null;
  const missing =
    unused.length === 1
      ? t('Its steps do not use this number of the question: {0}.', unused[0])
      : t('Its steps do not use these numbers of the question: {0}.', unused.join(', '));
  return `${missing} ${can}`;
}
