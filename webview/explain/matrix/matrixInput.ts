/** How the matrix is moved, zoomed and pointed at: pointer, wheel, pinch and keys. */
import { weightAt, type Area, type MatrixView, type Pair } from './matrixGeometry';
import { MARGIN } from './matrixPaint';

export interface MatrixHandlers {
  view(): MatrixView;
  area(): Area;
  tokens(): number;
  pointed(): Pair | null;
  /** Where the keyboard's cursor begins. */
  start(): Pair;
  move(view: MatrixView): void;
  zoom(factor: number, x: number, y: number): void;
  point(pair: Pair | null): void;
  /** Brings a weight into view. */
  reach(pair: Pair): void;
  choose(pair: Pair): void;
}

/** A pointer that moved less than this has clicked, not dragged. */
const CLICK_PIXELS = 4;

/** Zoom per pixel of the wheel: a notch (100) is about one and a half times; a pinch sends small steps. */
const WHEEL = 0.004;
const PINCH = 0.02;

/** `under`: the weight that a pointer is on. */
export function matrixInput(plot: HTMLElement, handlers: MatrixHandlers): { under(event: MouseEvent): Pair | null } {
  let drag: { x: number; y: number; view: MatrixView; moved: boolean } | null = null;
  const place = (event: MouseEvent): [number, number] => {
    const { left, top } = plot.getBoundingClientRect();
    return [event.clientX - left - MARGIN.left, event.clientY - top - MARGIN.top];
  };
  const under = (event: MouseEvent): Pair | null => {
    const [x, y] = place(event);
    const { width, height } = handlers.area();
    return x < width && y < height ? weightAt(handlers.view(), x, y, handlers.tokens()) : null;
  };

  plot.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, view: handlers.view(), moved: false };
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener('pointermove', (event) => {
    if (!drag) return handlers.point(under(event));
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < CLICK_PIXELS) return;
    drag.moved = true;
    plot.classList.add('dragging');
    const { q, k, cell } = drag.view;
    handlers.move({ q: q - dy / cell, k: k - dx / cell, cell });
  });
  const end = (event: PointerEvent): void => {
    const was = drag;
    drag = null;
    plot.classList.remove('dragging');
    const pair = was && !was.moved && event.type === 'pointerup' ? under(event) : null;
    if (pair && pair.key <= pair.query) handlers.choose(pair);
  };
  plot.addEventListener('pointerup', end);
  plot.addEventListener('pointercancel', end);
  plot.addEventListener('pointerleave', () => !drag && handlers.point(null));

  plot.addEventListener(
    'wheel',
    (event) => {
      // Without Ctrl the wheel moves the page, unless the matrix was clicked into: a page must not get stuck in it.
      const pinch = event.ctrlKey || event.metaKey;
      if (!pinch && !plot.matches(':focus')) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 33 : event.deltaY;
      const slow = pinch && Math.abs(pixels) < 50 ? PINCH : WHEEL;
      handlers.zoom(Math.exp(-pixels * slow), ...place(event));
    },
    { passive: false },
  );

  plot.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const { query, key } = handlers.pointed() ?? handlers.start();
    const last = handlers.tokens() - 1;
    const center = (): [number, number] => {
      const { q, k, cell } = handlers.view();
      return [(key + 0.5 - k) * cell, (query + 0.5 - q) * cell];
    };
    const to = (down: number, across: number): void => {
      const pair = {
        query: Math.max(0, Math.min(last, query + down)),
        key: Math.max(0, Math.min(last, key + across)),
      };
      // The first key only shows where the cursor is.
      const next = handlers.pointed() ? pair : { query, key };
      handlers.point(next);
      handlers.reach(next);
    };
    switch (event.key) {
      case 'ArrowUp':
        to(-step, 0);
        break;
      case 'ArrowDown':
        to(step, 0);
        break;
      case 'ArrowLeft':
        to(0, -step);
        break;
      case 'ArrowRight':
        to(0, step);
        break;
      case '+':
      case '=':
        handlers.zoom(2, ...center());
        break;
      case '-':
      case '_':
        handlers.zoom(1 / 2, ...center());
        break;
      case '0':
        handlers.zoom(0, 0, 0);
        break;
      case 'Enter':
      case ' ':
        handlers.choose({ query, key });
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  plot.addEventListener('blur', () => handlers.point(null));
  return { under };
}
