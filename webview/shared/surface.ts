/** A canvas that is as sharp as the screen, whatever its size. */

export interface Surface {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** Sets the canvas to this size in CSS pixels and the context to draw in CSS pixels; everything is cleared. */
export function surface(canvas: HTMLCanvasElement, width: number, height: number): Surface {
  const ratio = Math.max(devicePixelRatio || 1, least);
  const [pixelWidth, pixelHeight] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { canvas, context, width, height, ratio };
}

/** Pictures in files are finer than most screens. */
const FINE = 3;
let least = 0;

/** Runs `use` while all that `redraw` draws in the next frame has at least three device pixels per CSS pixel. */
export async function drawnFiner<T>(redraw: () => void, use: () => T): Promise<T> {
  const drawn = async (ratio: number): Promise<void> => {
    least = ratio;
    redraw();
    // What is drawn in the next frame may ask for another one, for marks that lie over it.
    for (let frames = 0; frames < 3; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
  };
  await drawn(FINE);
  try {
    return use();
  } finally {
    await drawn(0);
  }
}

/** Calls back when the element's inner width has changed, and when the page moves to another kind of screen. */
export function onResize(element: HTMLElement, callback: (width: number) => void): void {
  let last = -1;
  const changed = (width: number): void => {
    if (width === last || width === 0) return;
    last = width;
    callback(width);
  };
  new ResizeObserver((entries) => changed(Math.floor(entries[0].contentRect.width))).observe(element);
  const watchRatio = (): void => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        callback(last);
        watchRatio();
      },
      { once: true },
    );
  };
  watchRatio();
}
