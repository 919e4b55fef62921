/**
 * A sheet to draw on: by mouse, finger or pen, or by the arrow keys; or a drawing of the generator's, or an image file.
 * Whatever it is, it is seen as a small grey picture.
 */
import {
  drawingOf,
  KINDS,
  movedPixels,
  PIXELS,
  rasterize,
  rasterizeInPlace,
  SIZE,
  type Kind,
  type Point,
} from '../../../src/shared/drawings';
import type { KeptInputs } from '../experimentView';
import { css } from '../../../src/shared/color';
import { freshId, h, oncePerFrame, setText } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { surface } from '../../shared/surface';
import { onThemeChange, theme } from '../../shared/theme';
import { readImage } from './imageFile';
import { paint } from './thumbnails';

export interface Pad {
  readonly element: HTMLElement;
  /** What is on the sheet now: [SIZE][SIZE], 0 … 1. */
  readonly pixels: Float32Array;
}

/** What is on a sheet as it is kept while the panel is hidden: the lines, or bytes [SIZE][SIZE] that came from elsewhere. */
interface Sheet {
  lines: [number, number][][];
  bytes: number[];
}

export interface PadOptions {
  kept: KeptInputs;
  /** Names of the kinds in the person's language. */
  kindName(kind: Kind): string;
  /** A drawing stays where it is put, and can be moved; without it, it is brought to the middle and to one size. */
  inPlace?: boolean;
  /** The sheet has changed; called while a line is being drawn, too. */
  changed(pixels: Float32Array): void;
}

/** CSS pixels. */
const SHEET = 224;
/** Of the sheet, for one press of an arrow key. */
const KEY_STEP = 1 / 28;
/** Pixels of the small picture, for one press of a button. */
const MOVE = 2;
const ARROWS: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function pad({ kindName, inPlace = false, changed, kept }: PadOptions): Pad {
  const before = kept.get('sheet') as Sheet | undefined;
  const pixelsOf = (drawn: Sheet['lines']): Float32Array<ArrayBuffer> =>
    (inPlace ? rasterizeInPlace : rasterize)(drawn) as Float32Array<ArrayBuffer>;
  /** Own lines, 0 … 1 of the sheet; empty where `pixels` come from elsewhere. */
  let lines = before?.lines ?? [];
  let pixels = new Float32Array(PIXELS);
  if (lines.length > 0) pixels = pixelsOf(lines);
  else if (before) pixels = Float32Array.from(before.bytes, (value) => value / 255);
  const keep = (): void => {
    const bytes = lines.length > 0 ? [] : Array.from(pixels, (value) => Math.round(255 * value));
    kept.set('sheet', { lines, bytes } satisfies Sheet);
  };
  let numbers = 0;
  const keys = { at: [0.5, 0.5] as [number, number], down: false, shown: false };
  const sheet = h('canvas', {
    class: 'pad-sheet',
    tabindex: 0,
    role: 'application',
    'aria-label': t('Sheet to draw on: arrow keys move the pen, the space bar sets it down and lifts it'),
  });
  const seen = h('canvas', { role: 'img', 'aria-label': t('What the network sees') });
  const status = h('p', { class: 'hint', role: 'status' });
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true });

  const draw = oncePerFrame(() => {
    const { context } = surface(sheet, SHEET, SHEET);
    const { foreground, accent } = theme();
    context.lineWidth = 5;
    context.lineCap = context.lineJoin = 'round';
    context.strokeStyle = css(foreground);
    for (const line of lines) {
      context.beginPath();
      for (const [x, y] of line) context.lineTo(x * SHEET, y * SHEET);
      // A dot.
      if (line.length === 1) context.lineTo(line[0][0] * SHEET + 0.1, line[0][1] * SHEET);
      context.stroke();
    }
    if (lines.length === 0) {
      const bytes = Uint8Array.from(pixels, (value) => Math.round(255 * value));
      const small = document.createElement('canvas');
      paint(small, bytes, { side: SIZE });
      context.imageSmoothingEnabled = false;
      context.drawImage(small, 0, 0, SHEET, SHEET);
    }
    if (keys.shown) {
      context.strokeStyle = css(accent);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(keys.at[0] * SHEET, keys.at[1] * SHEET, keys.down ? 4 : 8, 0, 2 * Math.PI);
      context.stroke();
    }
    paint(
      seen,
      Uint8Array.from(pixels, (value) => Math.round(255 * value)),
      { side: SIZE, zoom: 2 },
    );
  });
  const show = (now: Float32Array<ArrayBuffer>): void => {
    pixels = now;
    problem.hidden = true;
    draw();
    changed(pixels);
  };
  const drawn = (): void => show(pixelsOf(lines));
  const move = (by: Point): void => {
    const [right, down] = by.map((way) => way * MOVE);
    lines = lines.map((line) => line.map(([x, y]) => [x + right / SIZE, y + down / SIZE]));
    if (lines.length > 0) drawn();
    else show(movedPixels(pixels, [right, down]));
    keep();
  };

  const place = (event: PointerEvent): [number, number] => {
    const box = sheet.getBoundingClientRect();
    return [(event.clientX - box.left) / SHEET, (event.clientY - box.top) / SHEET];
  };
  let pressed = false;
  sheet.addEventListener('pointerdown', (event) => {
    sheet.setPointerCapture(event.pointerId);
    pressed = true;
    keys.shown = false;
    lines.push([place(event)]);
    drawn();
  });
  sheet.addEventListener('pointermove', (event) => {
    if (!pressed) return;
    lines.at(-1)!.push(place(event));
    drawn();
  });
  const lift = (): void => {
    pressed = false;
    keep();
  };
  for (const end of ['pointerup', 'pointercancel'] as const) sheet.addEventListener(end, lift);
  sheet.addEventListener('keydown', (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== ' ') return;
    event.preventDefault();
    keys.shown = true;
    if (arrow) {
      keys.at = keys.at.map((at, i) => Math.min(1, Math.max(0, at + KEY_STEP * arrow[i]))) as [number, number];
      if (keys.down) lines.at(-1)!.push([...keys.at]);
    } else {
      keys.down = !keys.down;
      if (keys.down) lines.push([[...keys.at]]);
      setText(status, keys.down ? t('The pen is down.') : t('The pen is up.'));
    }
    if (keys.down) drawn();
    else draw();
    keep();
  });
  sheet.addEventListener('blur', () => {
    keys.shown = keys.down = false;
    draw();
  });

  const clear = (): void => {
    lines = [];
    setText(status, t('The sheet is empty.'));
    show(new Float32Array(PIXELS));
    keep();
  };
  const fileId = freshId('image');
  const file = h('input', { id: fileId, type: 'file', accept: 'image/*', 'data-pad': 'file' });
  file.addEventListener('change', () => {
    const picked = file.files?.[0];
    if (!picked) return;
    readImage(picked).then(
      (sheetPixels) => {
        lines = [];
        setText(status, t('“{0}”, as a small drawing', picked.name));
        show(sheetPixels as Float32Array<ArrayBuffer>);
        keep();
      },
      (thrown: Error) => {
        // What was on the sheet stays.
        setText(problem, thrown.message);
        problem.hidden = false;
      },
    );
    // So that the same file can be picked again.
    file.value = '';
  });
  const chips = KINDS.map((kind) =>
    h(
      'button',
      {
        type: 'button',
        class: 'chip',
        'data-pad': kind,
        onclick: () => {
          lines = [];
          setText(status, t('A drawing of the generator’s: {0}', kindName(kind)));
          show(drawingOf(kind, 1_000_000 + numbers++) as Float32Array<ArrayBuffer>);
          keep();
        },
      },
      kindName(kind),
    ),
  );
  const moves: [name: string, by: Point][] = [
    [t('to the left'), ARROWS.ArrowLeft],
    [t('to the right'), ARROWS.ArrowRight],
    [t('upwards'), ARROWS.ArrowUp],
    [t('downwards'), ARROWS.ArrowDown],
  ];
  const movers = moves.map(([name, by]) =>
    h('button', { type: 'button', class: 'chip', 'data-move': by.join(), onclick: () => move(by) }, name),
  );
  onThemeChange(draw);
  draw();
  return {
    element: h(
      'div',
      { class: 'pad' },
      sheet,
      h(
        'div',
        { class: 'pad-side' },
        h('div', { class: 'pad-row' }, h('button', { type: 'button', class: 'chip', 'data-pad': 'clear', onclick: clear }, t('Clear the sheet'))), // prettier-ignore
        h('div', { class: 'pad-row' }, h('span', {}, t('Or a drawing of another hand:')), ...chips),
        inPlace && h('div', { class: 'pad-row' }, h('span', {}, t('Move what is on the sheet:')), ...movers),
        h('div', { class: 'pad-row' }, h('label', { for: fileId }, t('Or an image file:')), file),
        problem,
        h('div', { class: 'pad-row pad-seen' }, seen, h('span', { class: 'hint' }, t('What the network sees'))),
        status,
      ),
    ),
    get pixels() {
      return pixels;
    },
  };
}
