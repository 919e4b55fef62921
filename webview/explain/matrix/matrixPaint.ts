/** How the matrix looks: weights, the masked triangle, labels and numbers on both axes, and what is pointed at. */
import type { PanelToken, TokenSpan } from '../../../src/protocol/explanation';
import { css, mix, placeOf, stepOf } from '../../../src/shared/color';
import { shortened } from '../../../src/shared/tokenLabel';
import { t } from '../../shared/l10n';
import type { Surface } from '../../shared/surface';
import { theme } from '../../shared/theme';
import { axisTicks, type Area, type MatrixView } from './matrixGeometry';

/** Room for labels beside and above the matrix. */
export const MARGIN = { left: 76, top: 68 };

const LABEL_CHARACTERS = 10;

/** Side of a weight from which lines between weights help more than they distract. */
const ROOM_FOR_LINES = 12;

export interface MatrixScene {
  view: MatrixView;
  area: Area;
  tokens: readonly PanelToken[];
  /** Where one stands, in words. */
  place(token: number): string;
  /** Pictures in the order in which they are laid over each other. */
  pictures: { canvas: CanvasImageSource; span: TokenSpan }[];
  /** How many positions a query sees to each side that it sees, its own among them. */
  window?: number;
  /** Whether it sees later ones, too. */
  bothWays?: boolean;
  /** [tokens] What the learned sink took; [] where there is none. */
  sinks?: Float32Array;
  /** Where the scale of colours ends. */
  largest?: number | null;
}

/** CSS pixels of the learned sink's strip, which stands left of the matrix. */
const SINK = { width: 10, gap: 4 };

export function paintMatrix(surface: Surface, scene: MatrixScene): void {
  const { context } = surface;
  const { view, area } = scene;
  const { background, foreground, border } = theme();
  context.save();
  context.translate(MARGIN.left, MARGIN.top);
  context.beginPath();
  context.rect(0, 0, area.width, area.height);
  context.clip();
  paintMask(context, area);
  context.save();
  context.clip(unmasked(scene));
  context.fillStyle = css(background);
  context.fillRect(0, 0, area.width, area.height);
  context.imageSmoothingEnabled = false;
  for (const { canvas, span } of scene.pictures) {
    const { q0, q1, k0, k1 } = span;
    const [x, y] = [(k0 - view.k) * view.cell, (q0 - view.q) * view.cell];
    context.drawImage(canvas, x, y, (k1 - k0) * view.cell, (q1 - q0) * view.cell);
  }
  if (view.cell >= ROOM_FOR_LINES) paintLines(context, view, area, css(mix(background, foreground, 0.1)));
  context.restore();
  context.restore();
  paintWindowEdge(context, scene);
  if (scene.sinks?.length) paintSinks(context, scene);
  context.strokeStyle = css(border);
  context.strokeRect(MARGIN.left - 0.5, MARGIN.top - 0.5, area.width + 1, area.height + 1);
  paintAxes(context, scene);
}

/** Thin hatching: what no token looks at, the later ones as a rule. */
function paintMask(context: CanvasRenderingContext2D, { width, height }: Area): void {
  const { background, foreground } = theme();
  context.fillStyle = css(background);
  context.fillRect(0, 0, width, height);
  context.strokeStyle = css(mix(background, foreground, 0.16));
  context.lineWidth = 1;
  context.beginPath();
  for (let x = -height; x < width; x += 7) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
}

/** The stairs of the diagonal and all below, as far as the window reaches; to its other side, too, where later tokens are seen. */
function unmasked({ view: { q, k, cell }, area, tokens, window = Infinity, bothWays }: MatrixScene): Path2D {
  const path = new Path2D();
  const [first, last] = [Math.floor(q), Math.min(tokens.length, Math.ceil(q + area.height / cell))];
  for (let query = first; query < last; query++) {
    const left = Math.max(-1, (firstSeen(query, window) - k) * cell);
    const behind = bothWays ? Math.min(tokens.length, query + window) : query + 1;
    path.rect(left, (query - q) * cell, (behind - k) * cell - left, cell);
  }
  return path;
}

const firstSeen = (query: number, window: number): number => Math.max(0, query - window + 1);

/** The stairs at which a window ends, at its other side, too, where later tokens are seen. */
function paintWindowEdge(context: CanvasRenderingContext2D, scene: MatrixScene): void {
  const { view, area, tokens, window, bothWays } = scene;
  if (window === undefined || window >= tokens.length) return;
  const { q, k, cell } = view;
  context.save();
  context.translate(MARGIN.left, MARGIN.top);
  context.beginPath();
  context.rect(0, 0, area.width, area.height);
  context.clip();
  context.strokeStyle = css(theme().foreground);
  context.lineWidth = 1.5;
  context.beginPath();
  for (let query = Math.max(window, Math.floor(q)); query < tokens.length; query++) {
    const x = (firstSeen(query, window) - k) * cell;
    context.moveTo(x - cell, (query - q) * cell);
    context.lineTo(x, (query - q) * cell);
    context.lineTo(x, (query + 1 - q) * cell);
    if ((query - q) * cell > area.height) break;
  }
  for (let query = Math.floor(q); bothWays && query + window < tokens.length; query++) {
    const x = (query + window - k) * cell;
    context.moveTo(x, (query - q) * cell);
    context.lineTo(x, (query + 1 - q) * cell);
    context.lineTo(x + cell, (query + 1 - q) * cell);
    if ((query - q) * cell > area.height) break;
  }
  context.stroke();
  context.restore();
}

/** The learned sink's weight at each query, as a column of its own. */
function paintSinks(context: CanvasRenderingContext2D, { view, area, sinks, largest }: MatrixScene): void {
  const { q, cell } = view;
  const { heat, border, muted } = theme();
  const left = MARGIN.left - SINK.gap - SINK.width;
  context.save();
  context.beginPath();
  context.rect(left, MARGIN.top, SINK.width, area.height);
  context.clip();
  for (let query = Math.floor(q); query < sinks!.length && (query - q) * cell < area.height; query++) {
    context.fillStyle = css(heat.colors[stepOf(placeOf(sinks![query], largest ?? 1))]);
    context.fillRect(left, MARGIN.top + (query - q) * cell, SINK.width, Math.ceil(cell));
  }
  context.restore();
  context.strokeStyle = css(border);
  context.lineWidth = 1;
  context.strokeRect(left - 0.5, MARGIN.top - 0.5, SINK.width + 1, area.height + 1);
  context.fillStyle = css(muted);
  context.font = `11px ${uiFont()}`;
  context.textBaseline = 'middle';
  columnLabel(context, t('sink'), left + SINK.width / 2);
}

function paintLines(context: CanvasRenderingContext2D, { q, k, cell }: MatrixView, area: Area, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = (Math.ceil(k) - k) * cell; x < area.width; x += cell) {
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, area.height);
  }
  for (let y = (Math.ceil(q) - q) * cell; y < area.height; y += cell) {
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(area.width, Math.round(y) + 0.5);
  }
  context.stroke();
}

function paintAxes(context: CanvasRenderingContext2D, { view, area, tokens, place, sinks }: MatrixScene): void {
  const right = sinks?.length ? SINK.width + SINK.gap : 0;
  const { muted } = theme();
  context.fillStyle = css(muted);
  context.textBaseline = 'middle';
  const text = (every: number, token: number): string =>
    every === 1 ? shortened(tokens[token].label, LABEL_CHARACTERS) : place(token);
  const down = axisTicks(view.q, view.cell, area.height, tokens.length);
  const across = axisTicks(view.k, view.cell, area.width, tokens.length);
  context.font = labelFont(down.every === 1 ? view.cell : 12);
  for (const token of down.ticks) {
    const y = MARGIN.top + (token + 0.5 - view.q) * view.cell;
    if (y >= MARGIN.top && y <= MARGIN.top + area.height) rowLabel(context, text(down.every, token), y, right);
  }
  for (const token of across.ticks) {
    const x = MARGIN.left + (token + 0.5 - view.k) * view.cell;
    if (x >= MARGIN.left && x <= MARGIN.left + area.width) columnLabel(context, text(across.every, token), x);
  }
  context.font = `11px ${uiFont()}`;
  context.textAlign = 'right';
  context.fillText(t('key →'), MARGIN.left - 8 - right, MARGIN.top - 34, MARGIN.left - 8);
  context.fillText(t('query ↓'), MARGIN.left - 8 - right, MARGIN.top - 18, MARGIN.left - 8);
}

function rowLabel(context: CanvasRenderingContext2D, label: string, y: number, right = 0): void {
  context.textAlign = 'right';
  context.fillText(label, MARGIN.left - 6 - right, y, MARGIN.left - 8 - right);
}

function columnLabel(context: CanvasRenderingContext2D, label: string, x: number): void {
  context.save();
  context.translate(x, MARGIN.top - 6);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'left';
  context.fillText(label, 0, 0, MARGIN.top - 8);
  context.restore();
}

function labelFont(room: number): string {
  const { font, fontSize } = theme();
  return `${Math.max(9, Math.min(room - 1, fontSize, 12))}px ${font}`;
}

function uiFont(): string {
  return getComputedStyle(document.body).fontFamily || 'sans-serif';
}

export interface MatrixMarks {
  /** The focus token's row (direction 'from') or column. */
  focus: { token: number; row: boolean; locked: boolean } | null;
  pointed: { query: number; key: number } | null;
}

/** Laid over the weights, so that pointing draws no weight again. */
export function paintMarks(surface: Surface, { view, area, tokens, sinks }: MatrixScene, marks: MatrixMarks): void {
  const { context } = surface;
  const { accent, foreground } = theme();
  const xOf = (key: number): number => MARGIN.left + (key - view.k) * view.cell;
  const yOf = (query: number): number => MARGIN.top + (query - view.q) * view.cell;
  const side = Math.max(view.cell, 2);
  context.save();
  context.beginPath();
  context.rect(MARGIN.left, MARGIN.top, area.width, area.height);
  context.clip();
  const { focus, pointed } = marks;
  if (focus) {
    context.strokeStyle = css(accent);
    context.lineWidth = focus.locked ? 2 : 1;
    if (focus.row) context.strokeRect(MARGIN.left + 1, yOf(focus.token), area.width - 2, side);
    else context.strokeRect(xOf(focus.token), MARGIN.top + 1, side, area.height - 2);
  }
  if (pointed) {
    // Lines, no wash: the colours have to stay what they mean.
    context.strokeStyle = css(foreground);
    context.lineWidth = 1;
    context.globalAlpha = 0.55;
    context.strokeRect(MARGIN.left - 2, yOf(pointed.query), area.width + 4, side);
    context.strokeRect(xOf(pointed.key), MARGIN.top - 2, side, area.height + 4);
    context.globalAlpha = 1;
    context.strokeStyle = css(foreground);
    context.lineWidth = 1.5;
    context.strokeRect(xOf(pointed.key), yOf(pointed.query), side, side);
  }
  context.restore();
  const right = sinks?.length ? SINK.width + SINK.gap : 0;
  if (pointed) paintPointedLabels(context, tokens, pointed, xOf(pointed.key + 0.5), yOf(pointed.query + 0.5), right);
}

/** The labels of the pointed pair stand out, also where there is no room for all of them. */
function paintPointedLabels(
  context: CanvasRenderingContext2D,
  tokens: readonly PanelToken[],
  { query, key }: { query: number; key: number },
  x: number,
  y: number,
  right: number,
): void {
  const { background, foreground } = theme();
  context.font = labelFont(12);
  context.textBaseline = 'middle';
  context.fillStyle = css(background);
  context.fillRect(0, y - 8, MARGIN.left - 2 - right, 16);
  context.fillRect(x - 8, 16, 16, MARGIN.top - 18);
  context.fillStyle = css(foreground);
  rowLabel(context, shortened(tokens[query].label, LABEL_CHARACTERS), y, right);
  columnLabel(context, shortened(tokens[key].label, LABEL_CHARACTERS - 2), x);
}
