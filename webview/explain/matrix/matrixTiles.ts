/** Pictures of parts of a head's matrix: asked for when they come into view, coloured once, kept for a while. */
import type { PictureSpan } from '../../../src/protocol/explanation';
import { signedPlace, stepOf } from '../../../src/shared/color';
import { Lru } from '../../shared/lru';
import { theme } from '../../shared/theme';
import { mapColors } from '../heads/headMaps';
import type { Host } from '../host';
import type { HeadRef } from '../state/selection';

/** Tiles that are kept: 64 KiB each, and four times that as a picture. */
const KEPT = 160;

/** How weights become cells. */
export interface Pooling {
  pool: 'max' | 'mean';
  /** Keys that are left out: sinks, while they are dimmed. */
  without?: Uint8Array;
  /** Of a layer without attention: its implied influence, of several cells the one of the largest size. */
  influence?: boolean;
}

/** 8-bit weights with their scale, or values with a sign as they are. */
interface Cells {
  rows: number;
  cols: number;
  values: Uint8Array | Float32Array;
  /** The largest by size. */
  scale: number;
}

interface Picture {
  tile: Cells;
  canvas: HTMLCanvasElement;
  /** What it was coloured for: the largest weight of the scale. */
  largest: number;
}

export class MatrixTiles {
  private readonly pictures = new Lru<Picture>(KEPT);
  private readonly asked = new Map<string, AbortController>();
  private how: Pooling = { pool: 'max' };

  constructor(
    private readonly host: Host,
    private readonly onTile: () => void,
  ) {}

  /** From now on cells are made so. */
  set(how: Pooling): void {
    this.how = how;
  }

  /** The largest weight or mean of these tiles, as far as they are there. */
  largest(head: HeadRef, spans: readonly PictureSpan[]): number {
    return spans.reduce((most, span) => Math.max(most, this.pictures.get(this.keyOf(head, span))?.tile.scale ?? 0), 0);
  }

  /** Another explanation. */
  clear(): void {
    this.want({ layer: -1, head: -1 }, []);
    this.pictures.clear();
  }

  /** The theme has changed: the numbers stay, the colours do not. */
  recolor(): void {
    this.colorsChanged++;
  }
  private colorsChanged = 0;
  private readonly coloredAt = new WeakMap<Picture, number>();

  /** The tile as a picture, a cell per pixel; undefined while it is not there. */
  picture(head: HeadRef, span: PictureSpan, largest: number): HTMLCanvasElement | undefined {
    const picture = this.pictures.get(this.keyOf(head, span));
    if (!picture) return undefined;
    if (picture.largest !== largest || this.coloredAt.get(picture) !== this.colorsChanged) {
      picture.largest = largest;
      this.coloredAt.set(picture, this.colorsChanged);
      color(picture);
    }
    return picture.canvas;
  }

  /** Asks for these and no others: what has gone out of view on its way is given up. */
  want(head: HeadRef, spans: readonly PictureSpan[]): void {
    const wanted = new Map(spans.map((span) => [this.keyOf(head, span), span]));
    for (const [key, controller] of this.asked) {
      if (wanted.has(key)) continue;
      this.asked.delete(key);
      controller.abort();
    }
    for (const [key, span] of wanted) {
      if (!this.asked.has(key) && !this.pictures.get(key)) void this.ask(key, head, span);
    }
  }

  private async ask(key: string, head: HeadRef, span: PictureSpan): Promise<void> {
    const controller = new AbortController();
    this.asked.set(key, controller);
    try {
      const tile = await this.cells(head, span, controller.signal);
      if (controller.signal.aborted) return;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [tile.cols, tile.rows];
      this.pictures.set(key, { tile, canvas, largest: -1 });
      this.onTile();
    } catch {
      // Given up, or the trace is gone, which the host tells by an event of its own.
    } finally {
      if (this.asked.get(key) === controller) this.asked.delete(key);
    }
  }

  private async cells(head: HeadRef, span: PictureSpan, signal: AbortSignal): Promise<Cells> {
    const { influence, ...how } = this.how;
    if (!influence) return this.host.call('tile', { ...head, ...span, ...how }, { signal });
    const { q0, q1, k0, k1, rows, cols } = span;
    const values = await this.host.call('influence', { ...head, q0, q1, k0, k1, rows, cols }, { signal });
    return { rows, cols, values, scale: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
  }

  private keyOf({ layer, head }: HeadRef, { q0, q1, k0, k1, rows }: PictureSpan): string {
    const { pool, without } = this.how;
    return `${layer} ${head} ${q0} ${q1} ${k0} ${k1} ${rows} ${pool} ${without !== undefined}`;
  }
}

/** Every tile has a scale of its own; the colours are those of the head's. */
function color({ tile, canvas, largest }: Picture): void {
  const { heat, signed } = theme();
  const colors = mapColors(heat, tile.scale, largest);
  const colorOf =
    tile.values instanceof Uint8Array
      ? (value: number): number => colors[value]
      : (value: number): number => signed.pixels[stepOf(signedPlace(value, largest))];
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(tile.cols, tile.rows);
  const target = new Uint32Array(image.data.buffer);
  for (let i = 0; i < target.length; i++) target[i] = colorOf(tile.values[i]);
  context.putImageData(image, 0, 0);
}
