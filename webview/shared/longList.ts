/**
 * A list of any length whose rows are drawn where they are in sight: rows stand in blocks, a block that is far out of sight is
 * empty and as tall as its rows were, or as they would be if they were like the others. A short list has all of its rows.
 */
import { h } from './dom';

/** Rows in a block. */
const BLOCK = 50;
/** So many rows are always drawn: the editor's own “Find” sees them all. */
const MOST_AT_ONCE = 1000;
/** Pixels beyond the list's edge within which a block is drawn: a turn of the wheel meets no empty one. */
const MARGIN = 800;
/** Pixels of a row, until one was measured. */
const ROW_HEIGHT = 28;

export interface LongList {
  /** Other rows, each by its own number, in this order; `make` is asked for those that come into sight. */
  show(numbers: readonly number[]): void;
  /** Rows that are drawn. */
  readonly drawn: ReadonlyMap<number, HTMLElement>;
  /** The row, drawn wherever it is, until the next one is asked for; undefined: it is not listed. */
  reach(number: number): HTMLElement | undefined;
}

interface Block {
  readonly element: HTMLElement;
  /** Places of its rows in the list, half-open. */
  readonly from: number;
  readonly to: number;
  isNear: boolean;
}

/**
 * `scroller` scrolls, and gets the rows; assistive programs learn each one's place from aria-posinset and aria-setsize.
 * @param make one row, by its number
 */
export function longList(scroller: HTMLElement, make: (number: number) => HTMLElement): LongList {
  const drawn = new Map<number, HTMLElement>();
  let numbers: readonly number[] = [];
  let blocks: Block[] = [];
  let places = new Map<number, number>();
  let reached: Block | undefined;
  let rowHeight = ROW_HEIGHT;
  const byElement = new WeakMap<Element, Block>();

  const isDrawn = ({ element }: Block): boolean => element.firstChild !== null;
  const draw = (block: Block): void => {
    if (isDrawn(block)) return;
    const { element, from, to } = block;
    const rows = numbers.slice(from, to).map((number, i) => {
      const row = make(number);
      row.setAttribute('aria-posinset', String(from + i + 1));
      row.setAttribute('aria-setsize', String(numbers.length));
      drawn.set(number, row);
      return row;
    });
    element.style.height = '';
    element.append(...rows);
  };
  const clear = (block: Block): void => {
    if (!isDrawn(block) || block === reached) return;
    const { element, from, to } = block;
    const height = element.offsetHeight;
    // A list that is not on show has no heights.
    if (height > 0) rowHeight = height / (to - from);
    element.style.height = `${height > 0 ? height : (to - from) * rowHeight}px`;
    element.replaceChildren();
    for (const number of numbers.slice(from, to)) drawn.delete(number);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const block = byElement.get(target);
        if (!block) continue;
        block.isNear = isIntersecting;
        if (isIntersecting) draw(block);
        else clear(block);
      }
    },
    { root: scroller, rootMargin: `${MARGIN}px 0px` },
  );

  return {
    drawn,
    show(listed) {
      observer.disconnect();
      drawn.clear();
      numbers = listed;
      places = new Map(listed.map((number, place) => [number, place]));
      reached = undefined;
      blocks = [];
      for (let from = 0; from < listed.length; from += BLOCK) {
        const to = Math.min(listed.length, from + BLOCK);
        const block = { element: h('div', { role: 'presentation' }), from, to, isNear: false };
        block.element.style.height = `${(to - from) * rowHeight}px`;
        byElement.set(block.element, block);
        blocks.push(block);
      }
      scroller.replaceChildren(...blocks.map(({ element }) => element));
      if (listed.length <= MOST_AT_ONCE) blocks.forEach(draw);
      else for (const { element } of blocks) observer.observe(element);
    },
    reach(number) {
      const place = places.get(number);
      if (place === undefined) return undefined;
      const block = blocks[Math.floor(place / BLOCK)];
      const before = reached;
      reached = block;
      draw(block);
      if (before && before !== block && !before.isNear && numbers.length > MOST_AT_ONCE) clear(before);
      return drawn.get(number);
    },
  };
}
