/** Small grey pictures in rows, in the theme's own colours. */
import { css, mix, type Rgb } from '../../../src/shared/color';
import { h } from '../../shared/dom';
import { onThemeChange, theme } from '../../shared/theme';
import './drawing.css';

export interface Thumbnails {
  readonly element: HTMLElement;
  /** `pixels`: [pictures][side][side] bytes; `names` are read out, one for each picture. */
  set(pixels: Uint8Array, names: readonly string[]): void;
}

export interface ThumbnailOptions {
  title: string;
  hint?: string;
  /** Pixels of a side. */
  side: number;
  /** 'amount': 0 is the page's background, 255 its foreground. 'signed': 128 is nothing, below and above in two hues. */
  kind?: 'amount' | 'signed';
  /** CSS pixels for one of the picture's. */
  zoom?: number;
  /** Names are written below the pictures, too. */
  captions?: boolean;
}

/** As in heat grids. */
const BELOW: Rgb = [0, 114, 178];
const ABOVE: Rgb = [213, 94, 0];

export function thumbnails({ title, hint, side, kind, zoom, captions = false }: ThumbnailOptions): Thumbnails {
  const list = h('ul', { class: 'thumbnails' });
  let shown: { pixels: Uint8Array; names: readonly string[] } = { pixels: new Uint8Array(), names: [] };
  const draw = (): void => {
    const { pixels, names } = shown;
    list.replaceChildren(
      ...names.map((name, at) => {
        const canvas = h('canvas', { role: 'img', 'aria-label': name, title: name });
        paint(canvas, pixels.subarray(at * side * side, (at + 1) * side * side), { side, kind, zoom });
        return h('li', {}, canvas, captions && h('span', { class: 'hint', 'aria-hidden': 'true' }, name));
      }),
    );
  };
  onThemeChange(draw);
  return {
    element: h('figure', { class: 'plot' }, h('figcaption', { class: 'plot-title' }, title), hint && h('p', { class: 'hint' }, hint), list), // prettier-ignore
    set(pixels, names) {
      shown = { pixels, names };
      draw();
    },
  };
}

/** [side][side] bytes onto a canvas, each pixel a square of `zoom` CSS pixels. */
export function paint(
  canvas: HTMLCanvasElement,
  pixels: Uint8Array,
  { side, kind = 'amount', zoom = 2 }: Pick<ThumbnailOptions, 'side' | 'kind' | 'zoom'>,
): void {
  canvas.width = canvas.height = side;
  canvas.style.width = canvas.style.height = `${side * zoom}px`;
  const context = canvas.getContext('2d')!;
  const { background, foreground } = theme();
  const colorOf = (value: number): Rgb =>
    kind === 'amount'
      ? mix(background, foreground, value / 255)
      : mix(background, value < 128 ? BELOW : ABOVE, Math.min(1, Math.abs(value - 128) / 127));
  pixels.forEach((value, at) => {
    context.fillStyle = css(colorOf(value));
    context.fillRect(at % side, Math.floor(at / side), 1, 1);
  });
}
