/** One idea at a time: groups of views, one of which is on show. The keyboard as in the ARIA pattern for tabs. */
import { freshId, h, show } from '../shared/dom';

export interface TabGroup {
  /** Stays the same in every language. */
  name: string;
  label: string;
  /** The views of the group, laid out by its class. */
  content: HTMLElement;
}

export interface Tabs {
  readonly bar: HTMLElement;
  readonly panels: HTMLElement[];
  readonly open: string;
  choose(name: string): void;
  /** As if the person had chosen it, who is there then. */
  go(name: string): void;
  /** Only these groups are there; the first of them is opened where the open one is not. */
  offer(names: readonly string[]): void;
}

/** `changed` is called after the person chose another group. */
export function tabs(label: string, groups: readonly TabGroup[], changed: (name: string) => void): Tabs {
  let open = groups[0].name;
  const made = groups.map(({ name, label: text, content }) => {
    const [tabId, panelId] = [freshId('tab'), freshId('tab-panel')];
    const tab = h(
      'button',
      { id: tabId, class: 'tab-button', type: 'button', role: 'tab', 'aria-controls': panelId },
      text,
    );
    tab.dataset.tab = name;
    const panel = h('div', { id: panelId, class: 'tab-panel', role: 'tabpanel', 'aria-labelledby': tabId }, content);
    tab.addEventListener('click', () => pick(name));
    return { name, tab, panel };
  });
  const bar = h('div', { class: 'tab-bar', role: 'tablist', 'aria-label': label }, ...made.map(({ tab }) => tab));

  const draw = (): void => {
    for (const { name, tab, panel } of made) {
      tab.setAttribute('aria-selected', String(name === open));
      tab.tabIndex = name === open ? 0 : -1;
      show(panel, name === open);
    }
  };
  const choose = (name: string): void => {
    const chosen = made.find((one) => one.name === name);
    if (!chosen) return;
    open = name;
    draw();
    chosen.tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const pick = (name: string): void => {
    if (name === open) return;
    choose(name);
    changed(name);
  };
  const offer = (names: readonly string[]): void => {
    for (const { name, tab } of made) show(tab, names.includes(name));
    if (!names.includes(open)) choose(names[0]);
  };
  bar.addEventListener('keydown', (event) => {
    const offered = made.filter(({ tab }) => !tab.hidden);
    const at = offered.findIndex(({ name }) => name === open);
    const to: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: offered.length - 1 };
    if (!Object.hasOwn(to, event.key)) return;
    const next = offered[(to[event.key] + offered.length) % offered.length];
    pick(next.name);
    next.tab.focus();
    event.preventDefault();
  });
  draw();
  return {
    bar,
    panels: made.map(({ panel }) => panel),
    get open() {
      return open;
    },
    choose,
    go(name) {
      pick(name);
      made.find((one) => one.name === name)?.tab.focus();
    },
    offer,
  };
}
