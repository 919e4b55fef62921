/**
 * Where in the text are the places that an effect came from? Their lines, in the text's own layout, with a curve from each
 * place to the token it spoke for: lines and stretches between are left out, so that both ends are always in sight.
 */
import { h, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { s } from '../../shared/plot/svg';
import { onResize } from '../../shared/surface';
import { standsFor } from '../interventions/things';
import type { Run } from '../state/run';
import { layoutTokens, type Segment, type TextLayout } from '../text/textCells';
import { drawPiece } from '../text/textLines';

/** What a place gave: for it where it is above 0. */
export interface PlaceEffect {
  key: number;
  effect: number;
  title: string;
}

export interface OverTextOwner {
  point(token: number | null): void;
  choose(token: number): void;
}

/** Columns that are shown around a place of a line that is longer. */
const AROUND = 36;
/** CSS pixels: widest curve, and the room above the first line that curves within it bend into. */
const WIDEST = 4;

export function overText(owner: OverTextOwner): {
  element: HTMLElement;
  draw(run: Run, query: number, places: readonly PlaceEffect[]): void;
} {
  const curves = s('svg', { class: 'over-curves', 'aria-hidden': 'true' });
  const lines = h('div', { class: 'over-lines' });
  const element = h('div', { class: 'over-text', role: 'img', hidden: true }, lines, curves);
  let layout: { of: Run; lines: TextLayout } | null = null;
  let drawn: { from: HTMLElement; to: HTMLElement; effect: number }[] = [];

  const curve = (): void => {
    const box = element.getBoundingClientRect();
    curves.setAttribute('width', String(box.width));
    curves.setAttribute('height', String(box.height));
    const largest = Math.max(...drawn.map(({ effect }) => Math.abs(effect)));
    curves.replaceChildren(
      ...drawn.map(({ from, to, effect }) =>
        s('path', {
          d: pathOf(from.getBoundingClientRect(), to.getBoundingClientRect(), box),
          class: effect < 0 ? 'over-curve negative' : 'over-curve',
          'stroke-width': (1 + ((WIDEST - 1) * Math.abs(effect)) / largest).toFixed(2),
        }),
      ),
    );
  };
  onResize(element, curve);

  return {
    element,
    draw(run, query, places) {
      if (layout?.of !== run)
        layout = { of: run, lines: layoutTokens(run.subject.text, run.tokens, run.subject.tabSize) };
      const { lines: all, cellOf, cells } = layout.lines;
      const wanted = new Map([...places.map((place) => [cellOf[place.key], place] as const)]);
      const own = cellOf[query];
      const spans = new Map<number, HTMLElement>();
      const drawSegment = ({ cell, pieces }: Segment): HTMLElement => {
        const place = wanted.get(cell);
        const kind = cell === own ? 'over-query' : place ? 'over-place' : '';
        const span = h('span', { class: kind, title: place?.title }, ...pieces.map(drawPiece));
        if (kind === '') return span;
        if (!spans.has(cell)) spans.set(cell, span);
        const token = cells[cell].tokens.at(-1)!;
        span.dataset.token = String(token);
        if (!place) return span;
        span.addEventListener('pointerenter', () => owner.point(token));
        span.addEventListener('pointerleave', () => owner.point(null));
        span.addEventListener('click', () => owner.choose(token));
        return standsFor(span, { kind: 'token', token });
      };
      const isNamed = ({ cell }: Segment): boolean => cell === own || wanted.has(cell);
      const shown = all.flatMap((segments, index) => (segments.some(isNamed) ? [index] : []));
      lines.replaceChildren(
        ...shown.flatMap((index, i) => [
          ...(i > 0 && index > shown[i - 1] + 1 ? [h('div', { class: 'over-gap' }, '⋯')] : []),
          h(
            'div',
            { class: 'over-line' },
            h('span', { class: 'over-number' }, String(run.subject.firstLine + index)),
            h('span', {}, ...excerpt(all[index], isNamed).map((one) => (one ? drawSegment(one) : '…'))),
          ),
        ]),
      );
      const to = spans.get(own);
      drawn = to
        ? places.flatMap(({ key, effect }) => {
            const from = spans.get(cellOf[key]);
            return from && from !== to ? [{ from, to, effect }] : [];
          })
        : [];
      element.setAttribute('aria-label', t('The places that were read, in their lines, with curves to the token'));
      show(element, drawn.length > 0);
      curve();
    },
  };
}

/** Of a long line what stands near a named place; null where something is left out. */
function excerpt(segments: readonly Segment[], isNamed: (segment: Segment) => boolean): (Segment | null)[] {
  const named = segments.filter(isNamed).map(({ column }) => column);
  const kept = segments.map((segment) => named.some((column) => Math.abs(column - segment.column) <= AROUND));
  return segments.flatMap((segment, i) => (kept[i] ? [segment] : i === 0 || kept[i - 1] ? [null] : []));
}

/** From the place up over its line, or down to another one, to the token. */
function pathOf(from: DOMRect, to: DOMRect, box: DOMRect): string {
  const [x0, x1] = [from, to].map(({ left, width }) => left + width / 2 - box.left);
  const [y0, y1] = [from, to].map(({ top }) => top - box.top);
  const isLine = Math.abs(y1 - y0) < 2;
  if (isLine) return `M${x0} ${y0}C${x0} ${y0 - 12} ${x1} ${y1 - 12} ${x1} ${y1}`;
  const down = y1 > y0;
  const [start, end] = [down ? from.bottom - box.top : y0, down ? y1 : to.bottom - box.top];
  const bend = (end - start) / 2;
  return `M${x0} ${start}C${x0} ${start + bend} ${x1} ${end - bend} ${x1} ${end}`;
}
