/** How elements are made: text is always text, and nothing sets a style attribute (the page's policy forbids it). */

export type Child = Node | string | null | undefined | false;
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)> & {
  style?: never;
};

/** `onclick`-like functions become listeners; `true` is an empty attribute; false, null and undefined are left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes?: Attributes,
  ...children: Child[]
): HTMLElementTagNameMap[Tag];
export function h(tag: string, attributes?: Attributes, ...children: Child[]): HTMLElement;
export function h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else setAttribute(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** Leaves an equal text alone, so that a live region does not speak again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, shown: boolean): void {
  element.hidden = !shown;
}

/** Draws in the next frame, or `now`: what `draw` asks the host for is then asked for a frame earlier. */
export interface Framed {
  (): void;
  now(): void;
}

/** Runs `draw` once in the next frame, however often it is asked for. */
export function oncePerFrame(draw: () => void): Framed {
  let frame: number | undefined;
  const run = (): void => {
    frame = undefined;
    draw();
  };
  const later = (): void => {
    frame ??= requestAnimationFrame(late ? () => (frame = requestAnimationFrame(run)) : run);
  };
  const now = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    run();
  };
  return Object.assign(later, { now });
}

/** What `ask` has drawn goes a frame later than otherwise: what it draws `now` is on the screen before. */
export function aFrameLater(ask: () => void): void {
  late = true;
  try {
    ask();
  } finally {
    late = false;
  }
}
let late = false;

/** A new id for aria references. */
export function freshId(what: string): string {
  return `${what}-${nextId++}`;
}
let nextId = 1;
