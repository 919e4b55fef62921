/** What is under way and what went wrong. Stays in sight while the page scrolls. */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { button, progressRing } from '../shared/toolkit';

export interface StatusView {
  readonly element: HTMLElement;
  busy(words: string | null, cancel: (() => void) | null): void;
  failed(message: string | null): void;
}

export function statusView(onRetry: () => void, onChooseModel: () => void): StatusView {
  const words = h('span', { class: 'words' });
  let cancelNow: (() => void) | null = null;
  const cancel = button(t('Cancel'), () => cancelNow?.(), { secondary: true });
  const busy = h('div', { class: 'notice busy', hidden: true }, progressRing(), words, cancel);
  const message = h('span', { class: 'words' });
  const failed = h(
    'div',
    { class: 'notice failed', role: 'alert', hidden: true },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, '⚠'),
    message,
    button(t('Try again'), onRetry),
    button(t('Choose model…'), onChooseModel, { secondary: true }),
    button(t('Close'), () => show(failed, false), { sign: '✕' }),
  );
  return {
    element: h('div', { class: 'status', 'data-section': 'status' }, busy, failed),
    busy(text, onCancel) {
      show(busy, text !== null);
      setText(words, text ?? '');
      cancelNow = onCancel;
      show(cancel, onCancel !== null);
    },
    failed(text) {
      show(failed, text !== null);
      setText(message, text ?? '');
    },
  };
}
