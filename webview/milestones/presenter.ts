/** An entry before a class: large type, one thing at a time; arrow keys go on, Escape leaves. */
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';

/** One thing at a time of an entry: name, and what is then on show. */
export interface Screen {
  name: string;
  elements: readonly HTMLElement[];
}

export interface Presenter {
  /** Beside the title: starts and ends it. */
  readonly toggle: HTMLElement;
  /** Below all: back, on, and how far it is. */
  readonly bar: HTMLElement;
  /** Another entry is on show; a presentation that is under way begins with its first screen. */
  begin(screens: readonly Screen[], article: HTMLElement): void;
}

export interface PresenterOptions {
  app: HTMLElement;
  /** The screen on show; null while nothing is presented. Changed in place. */
  kept: { screen: number | null };
  changed(): void;
  say(text: string): void;
}

const ON = 'on-screen';

export function presenter({ app, kept, changed, say }: PresenterOptions): Presenter {
  let screens: readonly Screen[] = [];
  let article: HTMLElement | undefined;
  const chip = (label: string, act: string, onclick: () => void): HTMLButtonElement =>
    h('button', { class: 'chip', 'data-present': act, onclick }, label);
  const toggle = chip(t('Present'), 'toggle', () => go(kept.screen === null ? 0 : null));
  toggle.title = t('Large type, one thing at a time; arrow keys go on, Escape leaves');
  const back = chip(`← ${t('Back')}`, 'back', () => go(kept.screen! - 1));
  const on = chip(`${t('On')} →`, 'on', () => go(kept.screen! + 1));
  const place = h('span', { class: 'hint' });
  const bar = h('nav', { class: 'presenter-bar', 'aria-label': t('Presentation'), hidden: true }, back, place, on);

  /** @param at null: leaves; a screen that is not there: nothing happens. */
  function go(at: number | null): void {
    if (at !== null && !screens[at]) return;
    const before = kept.screen;
    kept.screen = at;
    changed();
    draw();
    if (at === null) {
      say(t('The presentation is over.'));
      toggle.focus();
    } else {
      say(said(at));
      // A button that has come to its end cannot keep the focus.
      if (before === null || document.activeElement === document.body) focusTitle();
      scrollTo({ top: 0 });
    }
  }

  const said = (at: number): string => t('{0} of {1}: {2}', at + 1, screens.length, screens[at].name);
  const focusTitle = (): void => article?.querySelector<HTMLElement>('#entry-title')?.focus({ preventScroll: true });

  function draw(): void {
    const at = kept.screen;
    app.classList.toggle('presenting', at !== null);
    toggle.setAttribute('aria-pressed', String(at !== null));
    for (const each of article?.querySelectorAll(`.${ON}`) ?? []) each.classList.remove(ON);
    show(bar, at !== null);
    if (at === null) return;
    for (const each of screens[at].elements) each.classList.add(ON);
    setText(place, said(at));
    back.disabled = at === 0;
    on.disabled = at === screens.length - 1;
  }

  document.addEventListener('keydown', (event) => {
    if (kept.screen === null || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest('input, select, textarea, [role="radiogroup"]')) return;
    const to = {
      ArrowRight: kept.screen + 1,
      PageDown: kept.screen + 1,
      ArrowLeft: kept.screen - 1,
      PageUp: kept.screen - 1,
      Home: 0,
      End: screens.length - 1,
      Escape: null,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  });

  return {
    toggle,
    bar,
    begin(given, on) {
      const isOther = article !== undefined;
      screens = given;
      article = on;
      if (kept.screen !== null && (isOther || !screens[kept.screen])) kept.screen = 0;
      draw();
    },
  };
}
