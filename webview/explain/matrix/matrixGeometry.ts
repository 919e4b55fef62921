/** Which weights are in view, how large, and in which tiles they come. No DOM. Lengths are CSS pixels. */
import type { PictureSpan } from '../../../src/protocol/explanation';

/** The part of the n × n matrix in view. */
export interface MatrixView {
  /** Query and key at the upper left corner; may lie within a cell. */
  q: number;
  k: number;
  /** Side of one weight. */
  cell: number;
}

export interface Pair {
  query: number;
  key: number;
}

export interface Area {
  width: number;
  height: number;
}

/** Side of a weight at which it is easy to see and to hit. */
const COMFORTABLE = 28;
/** As close as one can get. */
const CLOSEST = 48;

/** A larger square would not fit a screen together with its words. */
const MOST_SIDE = 520;

/** Side of a weight when the whole matrix fills the area. */
export function fittingCell(tokens: number, { width, height }: Area): number {
  return Math.min(COMFORTABLE, Math.min(width, height) / Math.max(1, tokens));
}

/** Side of the square that the matrix is drawn in: no larger than it can fill. */
export function areaSide(tokens: number, room: number): number {
  return Math.max(1, Math.floor(Math.min(room, MOST_SIDE, tokens * COMFORTABLE)));
}

export function wholeMatrix(tokens: number, area: Area): MatrixView {
  return { q: 0, k: 0, cell: fittingCell(tokens, area) };
}

/** The nearest view that shows no more emptiness than it has to. */
export function clampView({ q, k, cell }: MatrixView, tokens: number, area: Area): MatrixView {
  const side = Math.min(Math.max(cell, fittingCell(tokens, area)), CLOSEST);
  const within = (start: number, length: number): number => Math.max(0, Math.min(start, tokens - length / side));
  return { q: within(q, area.height), k: within(k, area.width), cell: side };
}

/** The weight under (x, y) stays there. */
export function zoomAt(view: MatrixView, factor: number, x: number, y: number, tokens: number, area: Area): MatrixView {
  const cell = Math.min(Math.max(view.cell * factor, fittingCell(tokens, area)), CLOSEST);
  const q = view.q + y / view.cell - y / cell;
  const k = view.k + x / view.cell - x / cell;
  return clampView({ q, k, cell }, tokens, area);
}

/** The nearest view in which this weight is wholly seen. */
export function reach(view: MatrixView, query: number, key: number, tokens: number, area: Area): MatrixView {
  const into = (start: number, length: number, token: number): number => {
    if (token < start) return token;
    return token + 1 > start + length / view.cell ? token + 1 - length / view.cell : start;
  };
  const q = into(view.q, area.height, query);
  const k = into(view.k, area.width, key);
  return clampView({ ...view, q, k }, tokens, area);
}

/** Weights on a side that one cell of the picture stands for: a power of two, so that a cell is 1 to 2 device pixels. */
export function pooling(cell: number, devicePixelRatio: number): number {
  const weights = 1 / (cell * devicePixelRatio);
  return weights <= 1 ? 1 : 2 ** Math.floor(Math.log2(weights));
}

/** Cells on a side of a tile: 64 KiB. */
export const TILE_CELLS = 256;

/** The tiles in view; unless tokens look at later ones, too, without those that lie wholly above the diagonal. */
export function tilesInView(
  view: MatrixView,
  tokens: number,
  area: Area,
  pool: number,
  bothWays = false,
): PictureSpan[] {
  const span = TILE_CELLS * pool;
  const first = (start: number): number => Math.max(0, Math.floor(start / span));
  const last = (start: number, length: number): number => Math.min(tokens, start + length / view.cell);
  const tiles: PictureSpan[] = [];
  for (let q0 = first(view.q) * span; q0 < last(view.q, area.height); q0 += span) {
    for (let k0 = first(view.k) * span; k0 < last(view.k, area.width); k0 += span) {
      const [q1, k1] = [Math.min(tokens, q0 + span), Math.min(tokens, k0 + span)];
      if (k0 >= q1 && !bothWays) break;
      tiles.push({ q0, q1, k0, k1, rows: Math.ceil((q1 - q0) / pool), cols: Math.ceil((k1 - k0) / pool) });
    }
  }
  return tiles;
}

/** The weight under a point of the area; null outside the matrix. */
export function weightAt(
  view: MatrixView,
  x: number,
  y: number,
  tokens: number,
): { query: number; key: number } | null {
  const [query, key] = [Math.floor(view.q + y / view.cell), Math.floor(view.k + x / view.cell)];
  return x >= 0 && y >= 0 && query < tokens && key < tokens ? { query, key } : null;
}

/** Positions to write beside an axis: every token where there is room, else round numbers that keep their distance. */
export function axisTicks(
  start: number,
  cell: number,
  length: number,
  tokens: number,
): { every: number; ticks: number[] } {
  const every =
    cell >= LABEL_ROOM
      ? 1
      : ([2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((n) => n * cell >= TICK_ROOM) ?? 10000);
  const ticks: number[] = [];
  const end = Math.min(tokens, start + length / cell);
  for (let token = Math.ceil(Math.floor(start) / every) * every; token < end; token += every) ticks.push(token);
  return { every, ticks };
}

/** Room that a token's label needs, and two numbers from each other. */
const LABEL_ROOM = 10;
const TICK_ROOM = 36;
