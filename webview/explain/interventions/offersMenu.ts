/** The choices for one thing, or for all that is looked at: a button for each, a number where one is asked for. */
import type { Edit } from '../../../src/protocol/edit';
import { h } from '../../shared/dom';
import { asked, offers, type Around, type Asked } from './offers';
import type { Thing } from './things';

export interface OffersMenu {
  readonly element: HTMLElement;
  /** A focused choice stays focused while the page draws. */
  draw(things: readonly Thing[], around: Around): void;
  focus(): boolean;
}

export function offersMenu(add: (...edits: Edit[]) => void): OffersMenu {
  const element = h('div', { class: 'edit-offers' });
  let drawn = '';

  const askFor = ({ label, start, most, edits }: Asked): HTMLElement => {
    const field = h('input', {
      type: 'number',
      class: 'edit-number',
      value: start,
      step: most === null ? 'any' : 1,
      ...(most !== null && { min: 0, max: most }),
    });
    const take = (): void => {
      const number = field.valueAsNumber;
      if (field.checkValidity() && Number.isFinite(number)) add(...edits(number));
      else field.reportValidity();
    };
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') take();
    });
    return h(
      'span',
      { class: 'edit-asked' },
      h('label', {}, label, ' ', field),
      h('button', { type: 'button', class: 'edit-offer', onclick: take, 'aria-label': label }, '↵'),
    );
  };

  return {
    element,
    draw(things, around) {
      const groups = new Map<string, HTMLElement[]>();
      const into = (group: string, choice: HTMLElement): void =>
        void groups.set(group, [...(groups.get(group) ?? []), choice]);
      const names: string[] = [];
      for (const thing of things) {
        for (const { group, label, edits } of offers(thing, around)) {
          names.push(`${group} ${label}`);
          into(group, h('button', { type: 'button', class: 'edit-offer', onclick: () => add(...edits) }, label));
        }
        for (const one of asked(thing, around)) {
          names.push(`${one.group} ${one.label}`);
          into(one.group, askFor(one));
        }
      }
      // The same choices stay: with the focus, and with what is being typed.
      if (names.join('\n') === drawn) return;
      drawn = names.join('\n');
      const focused = document.activeElement;
      const place = focused ? [...element.querySelectorAll('button, input')].indexOf(focused) : -1;
      element.replaceChildren(
        ...[...groups].map(([name, own]) =>
          h('div', { class: 'edit-group', role: 'group', 'aria-label': name }, h('h3', {}, name), ...own),
        ),
      );
      if (place >= 0) element.querySelectorAll<HTMLElement>('button, input')[place]?.focus();
    },
    focus() {
      const first = element.querySelector<HTMLElement>('button, input');
      first?.focus();
      return first !== null;
    },
  };
}
