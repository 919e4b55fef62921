/** The choices for one thing, or for all that is looked at: a button for each, a number where one is asked for. */
import type { Edit } from '../../../src/protocol/edit';
import { h, setText } from '../../shared/dom';
import { asked, offers, type Around, type Asked, type Offer } from './offers';
import type { Thing } from './things';

export interface OffersMenu {
  readonly element: HTMLElement;
  /** A focused choice stays focused while the page draws, and what is being typed stays typed. */
  draw(things: readonly Thing[], around: Around): void;
  focus(): boolean;
}

type Choice = Offer | Asked;

/** A choice on show, which can come to mean another. */
interface Shown {
  readonly element: HTMLElement;
  mean(choice: Choice): void;
}

const asks = (choice: Choice): choice is Asked => 'start' in choice;

export function offersMenu(add: (...edits: Edit[]) => void): OffersMenu {
  const element = h('div', { class: 'edit-offers' });
  let [drawn, form] = ['', ''];
  let headings: HTMLElement[] = [];
  let shown: Shown[] = [];

  const offered = (): Shown => {
    let edits: Edit[] = [];
    const own = h('button', { type: 'button', class: 'edit-offer', onclick: () => add(...edits) });
    return {
      element: own,
      mean(choice) {
        if (asks(choice)) return;
        ({ edits } = choice);
        setText(own, choice.label);
      },
    };
  };

  const askFor = (): Shown => {
    let means: Asked | null = null;
    const field = h('input', { type: 'number', class: 'edit-number' });
    const words = h('span');
    const take = (): void => {
      const number = field.valueAsNumber;
      if (field.checkValidity() && Number.isFinite(number)) add(...means!.edits(number));
      else field.reportValidity();
    };
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') take();
    });
    const enter = h('button', { type: 'button', class: 'edit-offer', onclick: take }, '↵');
    return {
      element: h('span', { class: 'edit-asked' }, h('label', {}, words, ' ', field), enter),
      mean(choice) {
        if (!asks(choice)) return;
        const { label, start, most } = choice;
        if (document.activeElement !== field && (means?.label !== label || means.start !== start))
          field.value = String(start);
        means = choice;
        setText(words, label);
        enter.setAttribute('aria-label', label);
        field.step = most === null ? 'any' : '1';
        field.min = most === null ? '' : '0';
        field.max = most === null ? '' : String(most);
      },
    };
  };

  /** Which choices stand in which group. */
  const build = (groups: ReadonlyMap<string, Choice[]>): void => {
    const focused = document.activeElement;
    const place = focused ? [...element.querySelectorAll('button, input')].indexOf(focused) : -1;
    shown = [];
    headings = [];
    element.replaceChildren(
      ...[...groups.values()].map((choices) => {
        const own = choices.map((choice) => (asks(choice) ? askFor() : offered()));
        const heading = h('h3');
        shown.push(...own);
        headings.push(heading);
        return h('div', { class: 'edit-group', role: 'group' }, heading, ...own.map((one) => one.element));
      }),
    );
    if (place >= 0) element.querySelectorAll<HTMLElement>('button, input')[place]?.focus();
  };

  return {
    element,
    draw(things, around) {
      const groups = new Map<string, Choice[]>();
      for (const thing of things) {
        for (const choice of [...offers(thing, around), ...asked(thing, around)])
          groups.set(choice.group, [...(groups.get(choice.group) ?? []), choice]);
      }
      const choices = [...groups.values()].flat();
      const names = choices.map(({ group, label }) => `${group} ${label}`).join('\n');
      if (names === drawn) return;
      drawn = names;
      // As many of each kind in as many groups: only what they mean is another, so nothing is taken from under a person's hands.
      const kinds = [...groups.values()].map((own) => own.map((one) => (asks(one) ? '#' : '.')).join('')).join(' ');
      if (kinds !== form) build(groups);
      form = kinds;
      for (const [i, name] of [...groups.keys()].entries()) {
        setText(headings[i], name);
        headings[i].parentElement!.ariaLabel = name;
      }
      for (const [i, choice] of choices.entries()) shown[i].mean(choice);
    },
    focus() {
      const first = element.querySelector<HTMLElement>('button, input');
      first?.focus();
      return first !== null;
    },
  };
}
