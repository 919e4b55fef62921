/** A footnote behind ⓘ: there for whoever wants to know, in nobody's way. The keyboard and screen readers have it as a disclosure. */
import { h } from './dom';
import { t } from './l10n';

/** `id`: for what it describes. */
export function info(text: string, id?: string): HTMLDetailsElement {
  const name = t('About this');
  const sign = h('summary', { 'aria-label': name, title: name }, 'i');
  const element = h('details', { class: 'info' }, sign, h('p', { id }, text));
  element.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && element.contains(relatedTarget))) element.open = false;
  });
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !element.open) return;
    element.open = false;
    event.preventDefault();
  });
  return element;
}
