/** The history to scale across the top: what was a step of data, hardware, architecture or training, and how close steps came. */
import {
  DATED_MARKS,
  ERAS,
  MILESTONES,
  THREADS,
  timeOf,
  type MilestoneId,
  type Thread,
} from '../../src/shared/history/timeline';
import { h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import { placeNames } from '../shared/plot/labels';
import { s } from '../shared/plot/svg';
import { onResize } from '../shared/surface';
import { local } from './language';
import { pages } from './pages';
import { thumbnail } from './thumbnail';
import { BAND_YEARS, NARROWER, place } from './timeScale';

export interface TimelineBand {
  readonly element: HTMLElement;
  select(entry: MilestoneId): void;
}

/** In pixels: of a thread's lane, and what stands left of, above and below the lanes. */
const LANE = 31;
const [LEFT, RIGHT, TOP, BOTTOM] = [96, 8, 20, 20];
/** Years with a number below them. */
const TICKS = [1960, 1980, 2000, ...Array.from({ length: 9 }, (_, at) => 2010 + 2 * at)];
/** Entries of one thread are at least so far apart: neither their dots nor their bars touch. */
const APART = 15;
/** A thumbnail's foot stands so far above the middle of its dot. */
const ABOVE = 6;

const threadNames = (): Readonly<Record<Thread, string>> => ({
  data: t('Data and uses'),
  hardware: t('Hardware'),
  architecture: t('Architecture'),
  training: t('Training'),
});

/** The list beside it has the same for the keyboard and for screen readers; the band is a picture of it that can be clicked. */
export function timelineBand(open: (entry: MilestoneId) => void): TimelineBand {
  const caption = h('p', { class: 'band-caption' });
  const drawing = h('div', { class: 'band-drawing' });
  const dots = new Map<MilestoneId, SVGElement>();
  let selected: MilestoneId | undefined;

  const scale = t('To scale; before {0} a year is drawn {1} times as narrow.', BAND_YEARS.change, NARROWER);
  const foot = h('div', { class: 'band-foot' }, caption, h('span', { class: 'hint' }, scale));
  const element = h('div', { class: 'band', 'aria-hidden': 'true' }, drawing, foot);
  const tell = (year: number, title: string): void => caption.replaceChildren(h('b', {}, String(year)), ` ${title}`);
  const tellSelected = (): void => {
    const entry = MILESTONES.find(({ id }) => id === selected);
    if (entry) tell(entry.year, local(entry.title));
  };

  onResize(drawing, (width) => {
    dots.clear();
    const height = TOP + LANE * THREADS.length + BOTTOM;
    const x = (year: number): number => LEFT + place(year) * (width - LEFT - RIGHT);
    const y = (thread: Thread): number => TOP + LANE * (THREADS.indexOf(thread) + 0.5);
    const svg = s('svg', { width, height, viewBox: `0 0 ${width} ${height}` });

    ERAS.forEach((era, at) => {
      const next = ERAS[at + 1];
      const [from, to] = [x(timeOf(era)), next ? x(timeOf(next)) : width - RIGHT];
      svg.append(
        s('rect', { class: 'band-era', x: from, y: 0, width: to - from, height: height - BOTTOM }),
        s('text', { class: 'band-era-name', x: from + 4, y: 12 }, local(era.title)),
      );
    });
    const names = threadNames();
    for (const thread of THREADS) {
      svg.append(
        s('line', { class: 'band-lane', x1: LEFT, x2: width - RIGHT, y1: y(thread), y2: y(thread) }),
        s('text', { class: 'band-thread', x: 0, y: y(thread) + 4 }, names[thread]),
      );
    }
    const ground = height - BOTTOM;
    for (const year of TICKS) {
      svg.append(
        s('line', { class: 'band-tick', x1: x(year), x2: x(year), y1: TOP, y2: ground }),
        s('text', { class: 'band-year', x: x(year), y: ground + 14 }, String(year)),
      );
    }
    const change = x(BAND_YEARS.change);
    svg.append(s('path', { class: 'band-change', d: `M${change - 3} ${ground - 5}l6 10m-1 -10l-6 10` }));

    const told = (target: SVGElement, year: number, title: string): void => {
      target.addEventListener('pointerenter', () => tell(year, title));
      target.addEventListener('pointerleave', tellSelected);
    };
    const marks = DATED_MARKS.flatMap((mark) =>
      mark.thread && !mark.generation ? [{ ...mark, name: '', x: x(timeOf(mark)), y: y(mark.thread) }] : [],
    );
    for (const { year, title, x: cx, y: cy } of marks) {
      const mark = s('rect', { class: 'band-mark', x: cx - 3, y: cy - 3, width: 6, height: 6 });
      told(mark, year, local(title));
      svg.append(mark);
    }
    const generations = DATED_MARKS.filter(({ generation }) => generation !== undefined);
    const [first, last] = [generations[0], generations[generations.length - 1]];
    const [from, to] = [first, last].map((mark) => x(timeOf(mark)));
    const line = s('rect', { class: 'band-fold', x: from, y: y('hardware') + 8, width: to - from, height: 5 });
    told(line, first.year, t('to {0}: {1} generations of TPU', last.year, generations.length));
    svg.append(line);

    const before = new Map<Thread, number>();
    const points = MILESTONES.map((entry) => {
      const { id, year, thread } = entry;
      const at = Math.max(x(timeOf(entry)), (before.get(thread) ?? 0) + APART);
      before.set(thread, at);
      const title = local(entry.title);
      return { id, year, title, x: at, y: y(thread), name: shortName(title) };
    });
    const bounds = { left: LEFT, right: width, top: 0, bottom: ground };
    const thumbnails = points.map(({ id, x: at, y: middle }) => thumbnail(id, at, middle - ABOVE));
    // Names keep off the bars, too.
    const over = points
      .filter((_, at) => thumbnails[at])
      .map((point) => ({ ...point, name: '', y: point.y - 2 * ABOVE }));
    const places = placeNames([...points, ...marks, ...over], bounds, (name) =>
      [...name].reduce((sum, sign) => sum + (sign > '⺀' ? 11 : 6), 0),
    );
    points.forEach(({ id, year, title, x: cx, y: cy, name }, at) => {
      const dot = s('circle', { class: pages[id] ? 'band-dot live' : 'band-dot', cx, cy, r: 4.5, 'data-band': id });
      const label = places[at];
      const text =
        label && s('text', { class: 'band-name', x: label.x, y: label.y, 'text-anchor': label.anchor }, name);
      const both = s('g', { class: 'band-entry' }, dot, thumbnails[at], text);
      both.addEventListener('click', () => open(id));
      told(both, year, title);
      dots.set(id, dot);
      svg.append(both);
    });
    drawing.replaceChildren(svg);
    mark();
  });

  function mark(): void {
    for (const [id, dot] of dots) setAttribute(dot, 'data-selected', id === selected);
    tellSelected();
  }

  return {
    element,
    select(entry) {
      selected = entry;
      mark();
    },
  };
}

/** Up to what explains it. */
const shortName = (title: string): string => title.split(/[:：]|, and | 与/)[0];
