/** Where did the chosen head look, on the text itself? Tokens in the document's own layout, with heat. */
import { legend } from '../shared/legend';
import { css, placeOf, readableOn, stepOf, STEPS } from '../shared/colorMap';
import { freshId, h, oncePerFrame, setText } from '../shared/dom';
import { t } from '../shared/l10n';
import { theme } from '../shared/theme';
import { radioGroup } from '../shared/toolkit';
import { latest } from './host';
import { drawLines } from './textLines';
import { layoutTokens, neighbour, NO_CELL, type Step, type TextLayout } from './textCells';
import { textReadout } from './textReadout';
import { textTable } from './textTable';
import type { Stage, View } from './stage';
import type { Direction } from './selection';
import { headName, quoted } from './words';

const KEYS: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
};

export function textView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('text-title') });
  const key = legend();
  const direction = radioGroup<Direction>(
    t('Direction'),
    [
      ['from', t('Where it looked')],
      ['to', t('Who looked at it')],
    ],
    selection.direction,
    (value) => selection.change({ direction: value }),
  );
  const hintId = freshId('text-hint');
  const text = h('div', {
    class: 'tokens',
    role: 'listbox',
    tabindex: 0,
    'aria-labelledby': title.id,
    'aria-describedby': hintId,
  });
  const readout = textReadout(stage);
  const table = textTable(stage);
  const element = h(
    'section',
    { class: 'view', 'data-section': 'text' },
    h('header', {}, title, direction.element),
    text,
    h('div', { class: 'under' }, readout.element, key.element),
    h('p', { class: 'hint', id: hintId }, t('Point at a token to look from it; click to keep it.')),
    table.element,
  );

  let layout: TextLayout = layoutTokens('', [], 4);
  let spans: HTMLElement[][] = []; // [cells][segments]
  let steps = new Int16Array(0); // [cells] step of the scale that is drawn; -1: none
  let marked = { focus: NO_CELL, pointed: NO_CELL };
  let active = NO_CELL; // where the keyboard is
  const ask = latest();

  const rebuild = (): void => {
    const run = stage.run();
    if (!run) return;
    layout = layoutTokens(run.subject.text, run.tokens, run.subject.tabSize);
    const drawn = drawLines(layout, run.tokens, run.subject.firstLine);
    text.replaceChildren(...drawn.blocks);
    spans = drawn.spans;
    steps = new Int16Array(layout.cells.length).fill(-1);
    marked = { focus: NO_CELL, pointed: NO_CELL };
    active = NO_CELL;
    text.removeAttribute('aria-activedescendant');
    draw();
  };

  /** Only cells whose colour differs are touched, so that thousands of tokens stay fluid. */
  const heat = (row: Float32Array | null): void => {
    const { heat: scale, foreground } = theme();
    let largest = 0;
    if (row) for (const weight of row) largest = Math.max(largest, weight);
    key.set(row ? largest : null);
    layout.cells.forEach(({ tokens }, cell) => {
      let weight = 0;
      if (row) for (const token of tokens) weight = Math.max(weight, row[token]);
      const step = row ? stepOf(placeOf(weight, largest)) : 0;
      if (step === steps[cell]) return;
      steps[cell] = step;
      const background = scale.colors[step];
      for (const { style } of spans[cell]) {
        style.backgroundColor = step === 0 ? '' : css(background);
        style.color = step === 0 ? '' : css(readableOn(background, foreground));
      }
    });
  };

  const mark = (name: 'focus' | 'pointed', cell: number): void => {
    if (marked[name] === cell) return;
    for (const span of spans[marked[name]] ?? []) span.classList.remove(name);
    for (const span of spans[cell] ?? []) span.classList.add(name);
    if (name === 'focus') {
      spans[marked.focus]?.[0]?.setAttribute('aria-selected', 'false');
      spans[cell]?.[0]?.setAttribute('aria-selected', 'true');
    }
    marked[name] = cell;
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!run || run.tokens.length === 0) return;
    const { head, token, direction: way, pointed } = selection;
    direction.set(way);
    const words = [headName(head), quoted(run.tokens[token])] as const;
    setText(title, way === 'from' ? t('Where {0} looked from {1}', ...words) : t('Who looked at {1}, {0}', ...words));
    mark('focus', layout.cellOf[token] ?? NO_CELL);
    mark('pointed', pointed === null ? NO_CELL : layout.cellOf[pointed]);
    text.classList.toggle('locked', selection.tokenLock !== null);
    readout.draw();
    table.invalidate();
    if (!run.explanation) return heat(null);
    const known = stage.weights.peek(head, token, way);
    if (known) heat(known);
    ask(async (signal) => {
      if (known) return;
      const row = await stage.weights.get(head, token, way, signal);
      if (stage.run() !== run) return;
      heat(row);
      readout.draw();
    });
  });

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
    text.setAttribute('aria-activedescendant', first.id);
    first.scrollIntoView({ block: 'nearest' });
    selection.point(tokenOf(cell));
  };

  text.addEventListener('pointerover', (event) => {
    const cell = cellAt(event);
    if (cell !== NO_CELL) selection.point(tokenOf(cell));
  });
  text.addEventListener('pointerleave', () => selection.point(null));
  text.addEventListener('click', (event) => {
    const cell = cellAt(event);
    // Somebody who marks text to copy it does not choose a token.
    if (cell === NO_CELL || !(getSelection()?.isCollapsed ?? true)) return;
    selection.toggleToken(tokenOf(cell));
    if (active !== NO_CELL) activate(cell);
  });
  text.addEventListener('dblclick', (event) => {
    const cell = cellAt(event);
    if (cell !== NO_CELL) void stage.host.call('reveal', { token: tokenOf(cell) }).catch(() => {});
  });
  text.addEventListener('focus', () => {
    if (text.matches(':focus-visible') && layout.cells.length > 0) {
      activate(active === NO_CELL ? layout.cellOf[selection.token] : active);
    }
  });
  text.addEventListener('blur', () => {
    for (const span of spans[active] ?? []) span.classList.remove('active');
    selection.point(null);
  });
  text.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || layout.cells.length === 0) return;
    const from = active === NO_CELL ? layout.cellOf[selection.token] : active;
    if (event.key in KEYS) activate(neighbour(layout, from, KEYS[event.key]));
    else if (event.key === 'Enter' || event.key === ' ') selection.toggleToken(tokenOf(from));
    else return;
    event.preventDefault();
  });

  return {
    element,
    runChanged: rebuild,
    completed: draw,
    selectionChanged: draw,
    themeChanged: () => {
      // Every colour is another one now.
      steps.fill(STEPS);
      draw();
    },
  };
}
