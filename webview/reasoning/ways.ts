/** The same problem answered directly and step by step, side by side: what each gives, and whether it is right. */
import { sameAnswer } from '../../src/shared/sameAnswer';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import type { Shown } from './state';

/** Two columns; none where nobody was asked directly. */
export function waysOf({ direct, answer, expected }: Shown): HTMLElement[] {
  if (!direct) return [];
  return [way(t('Directly'), direct.answer, expected), way(t('Step by step'), answer, expected)];
}

/** The verdict in words and by sign: never by colour alone. */
function way(name: string, answer: string | null, expected: string | null): HTMLElement {
  const isRight = sameAnswer(answer, expected);
  const verdict = h(
    'span',
    { class: isRight ? 'sum right' : 'sum wrong' },
    isRight ? `✓ ${t('right')}` : `✗ ${t('wrong')}`,
  );
  const given = h('p', { class: 'given' }, answer ?? t('no answer'), ...(expected === null ? [] : [' ', verdict]));
  return h('div', { class: 'way' }, h('h2', {}, name), given);
}
