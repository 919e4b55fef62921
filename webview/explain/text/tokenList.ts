/** The text as a list of tokens with heat: drawing, pointing, the keyboard. What the heat means is its owner's affair. */
import { css, stepOf, STEPS } from '../../../src/shared/color';
import { freshId, h } from '../../shared/dom';
import { theme } from '../../shared/theme';
import { standsFor } from '../interventions/things';
import type { Run } from '../state/run';
import { layoutTokens, neighbour, NO_CELL, type Step, type TextLayout } from './textCells';
import { drawLines } from './textLines';

const KEYS: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
};

export interface TokenListOwner {
  /** Ids of the title and the hint. */
  labelledBy: string;
  describedBy?: string;
  /** Where the keyboard begins. */
  start(): number;
  /** null: nothing is pointed at any more. */
  point(token: number | null): void;
  choose(token: number): void;
  reveal(token: number): void;
}

export interface TokenList {
  readonly element: HTMLElement;
  rebuild(run: Run): void;
  /**
   * [tokens], or null for no heat; NaN counts as nothing. `place`: where a value stands on the scale of colours, 0 … 1.
   */
  heat(values: ArrayLike<number> | null, place: (value: number) => number, of?: 'heat' | 'surprisal' | 'signed'): void;
  /** Tokens that nothing can be read of, which is not the same as a weight of 0; `words`: why. */
  outside(is: ((token: number) => boolean) | null, words: string): void;
  mark(name: 'focus' | 'pointed', token: number | null): void;
  lock(locked: boolean): void;
  /** Every colour is another one now; draw the heat again. */
  recolor(): void;
}

/** Per cent of colour under the text: it stays as easy to read as without. */
const MOST_TINT = 22;

export function tokenList(owner: TokenListOwner): TokenList {
  const element = h('div', {
    class: 'tokens',
    role: 'listbox',
    tabindex: 0,
    'aria-labelledby': owner.labelledBy,
    'aria-describedby': owner.describedBy,
  });
  let layout: TextLayout = layoutTokens('', [], 4);
  let spans: HTMLElement[][] = []; // [cells][segments]
  let steps = new Int16Array(0); // [cells] step of the scale that is drawn; -1: none
  let drawnOf = 'heat';
  let marked = { focus: NO_CELL, pointed: NO_CELL };
  let active = NO_CELL; // where the keyboard is

  const cellAt = (event: Event): number => {
    const span = (event.target as Element).closest<HTMLElement>('[data-cell]');
    return span ? Number(span.dataset.cell) : NO_CELL;
  };
  /** Of tokens that share a character, the last one has seen all of it. */
  const tokenOf = (cell: number): number => layout.cells[cell].tokens.at(-1)!;

  const activate = (cell: number): void => {
    for (const span of spans[active] ?? []) span.classList.remove('active');
    active = cell;
    const [first] = spans[cell] ?? [];
    if (!first) return;
    for (const span of spans[cell]) span.classList.add('active');
    first.id ||= freshId('token');
    element.setAttribute('aria-activedescendant', first.id);
    first.scrollIntoView({ block: 'nearest' });
    owner.point(tokenOf(cell));
  };

  /** Scrolls the list, and nothing else, where the person is not in it. */
  const bringIntoSight = (cell: number): void => {
    const span = spans[cell]?.[0];
    if (!span || element.clientHeight === 0 || element.scrollHeight <= element.clientHeight) return;
    if (element.matches(':hover, :focus')) return;
    const [box, frame] = [span.getBoundingClientRect(), element.getBoundingClientRect()];
    if (box.top >= frame.top && box.bottom <= frame.bottom) return;
    const page = document.scrollingElement!;
    const { scrollTop } = page;
    // Blocks out of sight have no sizes yet: only the browser knows where to scroll to.
    span.scrollIntoView({ block: 'center' });
    page.scrollTop = scrollTop;
  };

  standsFor(element, (from) => {
    const span = from.closest<HTMLElement>('[data-cell]');
    return span && { kind: 'token', token: tokenOf(Number(span.dataset.cell)) };
  });
  element.addEventListener('pointerover', (event) => {
    const cell = cellAt(event);
    if (cell !== NO_CELL) owner.point(tokenOf(cell));
  });
  element.addEventListener('pointerleave', () => owner.point(null));
  element.addEventListener('click', (event) => {
    const cell = cellAt(event);
    // Somebody who marks text to copy it does not choose a token.
    if (cell === NO_CELL || !(getSelection()?.isCollapsed ?? true)) return;
    owner.choose(tokenOf(cell));
    if (active !== NO_CELL) activate(cell);
  });
  element.addEventListener('dblclick', (event) => {
    const cell = cellAt(event);
    if (cell !== NO_CELL) owner.reveal(tokenOf(cell));
  });
  element.addEventListener('focus', () => {
    if (element.matches(':focus-visible') && layout.cells.length > 0) {
      activate(active === NO_CELL ? layout.cellOf[owner.start()] : active);
    }
  });
  element.addEventListener('blur', () => {
    for (const span of spans[active] ?? []) span.classList.remove('active');
    owner.point(null);
  });
  element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || layout.cells.length === 0) return;
    const from = active === NO_CELL ? layout.cellOf[owner.start()] : active;
    if (event.key in KEYS) activate(neighbour(layout, from, KEYS[event.key]));
    else if (event.key === 'Enter' || event.key === ' ') owner.choose(tokenOf(from));
    else return;
    event.preventDefault();
  });

  return {
    element,
    rebuild(run) {
      layout = layoutTokens(run.subject.text, run.tokens, run.subject.tabSize);
      const drawn = drawLines(layout, run.tokens, run.subject.firstLine);
      element.replaceChildren(...drawn.blocks);
      const lastLine = run.subject.firstLine + layout.lines.length;
      element.style.setProperty('--digits', String(Math.max(2, String(lastLine).length)));
      element.style.setProperty('--tab', String(run.subject.tabSize));
      spans = drawn.spans;
      steps = new Int16Array(layout.cells.length).fill(-1);
      marked = { focus: NO_CELL, pointed: NO_CELL };
      active = NO_CELL;
      element.removeAttribute('aria-activedescendant');
    },
    /** Only cells whose colour differs are touched, so that thousands of tokens stay fluid. */
    heat(values, place, of = 'heat') {
      const scale = theme()[of];
      // The same step of another scale is another colour.
      if (of !== drawnOf) steps.fill(STEPS);
      drawnOf = of;
      layout.cells.forEach(({ tokens }, cell) => {
        let value = 0;
        // Of several tokens the one of the largest size.
        if (values) {
          for (const token of tokens) if (Math.abs(values[token]) > Math.abs(value)) value = values[token];
        }
        const step = values ? stepOf(place(value)) : scale.zero;
        if (step === steps[cell]) return;
        steps[cell] = step;
        const strength = Math.abs(step - scale.zero) / Math.max(scale.zero, STEPS - 1 - scale.zero);
        for (const { style, classList } of spans[cell]) {
          classList.toggle('hot', step !== scale.zero);
          style.setProperty('--heat', css(scale.colors[step]));
          // How much of it lies under the text; the line below carries the scale.
          style.setProperty('--tint', `${Math.round(MOST_TINT * strength)}%`);
        }
      });
    },
    outside(is, words) {
      layout.cells.forEach(({ tokens }, cell) => {
        const out = is !== null && tokens.every(is);
        for (const span of spans[cell]) {
          if (span.classList.contains('outside') === out) continue;
          span.classList.toggle('outside', out);
          if (out) span.setAttribute('aria-description', words);
          else span.removeAttribute('aria-description');
        }
      });
    },
    mark(name, token) {
      const cell = token === null ? NO_CELL : (layout.cellOf[token] ?? NO_CELL);
      if (marked[name] === cell) return;
      for (const span of spans[marked[name]] ?? []) span.classList.remove(name);
      for (const span of spans[cell] ?? []) span.classList.add(name);
      if (name === 'focus') {
        spans[marked.focus]?.[0]?.setAttribute('aria-selected', 'false');
        spans[cell]?.[0]?.setAttribute('aria-selected', 'true');
        bringIntoSight(cell);
      }
      marked[name] = cell;
    },
    lock: (locked) => void element.classList.toggle('locked', locked),
    recolor: () => void steps.fill(STEPS),
  };
}
