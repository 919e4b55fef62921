/** The list of entries and dated marks in order of time: one tab stop, arrows move, Enter opens. */
import {
  DATED_MARKS,
  ERAS,
  MILESTONES,
  timeOf,
  type DatedMark,
  type MilestoneId,
} from '../../src/shared/history/timeline';
import { pages } from './pages';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { local } from './language';
import { thumbnailPicture } from './thumbnail';

export interface Timeline {
  readonly element: HTMLElement;
  select(entry: MilestoneId): void;
}

export function timeline(open: (entry: MilestoneId) => void): Timeline {
  const buttons = new Map<MilestoneId, HTMLButtonElement>();
  const items = MILESTONES.map((entry) => {
    const { id, year, title } = entry;
    const button = h(
      'button',
      { class: 'entry-link', 'data-entry': id, tabindex: -1, onclick: () => open(id) },
      h('span', { class: 'year' }, String(year)),
      h('span', { class: 'name' }, local(title)),
      pages[id] && h('span', { class: 'live', title: t('with an experiment') }, thumbnailPicture(id) ?? '▶'),
    );
    buttons.set(id, button);
    return { time: timeOf(entry), element: h('li', {}, button) };
  });
  const isGeneration = ({ generation }: DatedMark): boolean => generation !== undefined;
  const marks = DATED_MARKS.filter((mark) => !isGeneration(mark)).map((mark) => ({
    time: timeOf(mark),
    element: markItem(mark),
  }));
  marks.push(folded(DATED_MARKS.filter(isGeneration)));
  const eras = ERAS.map((era) => ({ time: timeOf(era), element: h('li', { class: 'era' }, local(era.title)) }));
  const all = [...eras, ...items, ...marks].sort((a, b) => a.time - b.time);
  const list = h('ol', { class: 'timeline-list' }, ...all.map(({ element }) => element));
  list.addEventListener('keydown', (event) => {
    const order = all.flatMap(({ element }) => [...element.querySelectorAll<HTMLButtonElement>('button')]);
    const at = order.indexOf(document.activeElement as HTMLButtonElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    order[Math.min(order.length - 1, Math.max(0, next))].focus();
  });
  return {
    element: h('nav', { class: 'timeline', 'aria-label': t('Timeline') }, list),
    select(entry) {
      for (const [id, button] of buttons) {
        button.tabIndex = id === entry ? 0 : -1;
        if (id === entry) {
          button.setAttribute('aria-current', 'true');
          button.scrollIntoView({ block: 'nearest' });
        } else button.removeAttribute('aria-current');
      }
    },
  };
}

const markItem = ({ year, title }: DatedMark): HTMLElement =>
  h('li', { class: 'mark' }, h('span', { class: 'year' }, String(year)), h('span', { class: 'name' }, local(title)));

/** The generations of one thing in one line, which unfolds. In order of time. */
function folded(marks: readonly DatedMark[]): { time: number; element: HTMLElement } {
  const [first, last] = [marks[0], marks[marks.length - 1]];
  const summary = t('{0} generations of TPU, {1} to {2}', marks.length, first.year, last.year);
  const list = h('ol', { class: 'timeline-fold' }, ...marks.map(markItem));
  return {
    time: timeOf(first),
    element: h('li', { class: 'fold' }, h('details', {}, h('summary', {}, summary), list)),
  };
}
