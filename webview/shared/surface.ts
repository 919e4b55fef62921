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
  const ratio = devicePixelRatio || 1;
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
