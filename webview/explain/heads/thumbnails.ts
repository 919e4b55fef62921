/** A head's small map as a picture: what is seen until the exact weights are there. */
import { theme } from '../../shared/theme';
import { mapColors } from './headMaps';
import type { LayerMaps } from '../../../src/protocol/explanation';
import { largestWeight } from '../state/run';
import type { HeadRef } from '../state/selection';

/** Only the last one is kept: it is made in no time. */
let last: { maps: LayerMaps; head: number; canvas: HTMLCanvasElement } | null = null;

export const thumbnails = {
  /** A cell per pixel; null until its layer has come. */
  of(all: readonly (LayerMaps | undefined)[], { layer, head }: HeadRef): HTMLCanvasElement | null {
    const maps = all[layer];
    if (!maps) return null;
    if (last?.maps === maps && last.head === head) return last.canvas;
    const { size, values, scales } = maps;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = size;
    const context = canvas.getContext('2d')!;
    const image = context.createImageData(size, size);
    const pixels = new Uint32Array(image.data.buffer);
    const colors = mapColors(theme().heat, scales[head], largestWeight({ maps: all as LayerMaps[] }, layer, head)!);
    const from = head * size * size;
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[values[from + i]];
    context.putImageData(image, 0, 0);
    last = { maps, head, canvas };
    return canvas;
  },
  recolor(): void {
    last = null;
  },
};
