/** What of a page is cut off, or stands out of its frame, in a narrow column. */
import type { BarePage } from './barePage';

/** CSS pixels: one of two columns on a laptop's screen. */
const NARROW = 500;
/** Whatever draws anew has done so by then. */
const DRAWN_MS = 3_000;

/**
 * Makes the page NARROW, calls `look`, and makes it as it was. `standing` gives one line for each element that passes the
 * edge of the page or of the frame around it, and that nobody can scroll to.
 */
export async function inNarrowColumn(
  view: BarePage,
  look: (standing: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const { page } = view;
  const before = page.viewportSize()!;
  await page.setViewportSize({ ...before, width: NARROW });
  await look(async () => {
    // What draws by its own width is told of another one with a frame of its own.
    for (const deadline = Date.now() + DRAWN_MS; ;) {
      await view.settled();
      const found = await page.evaluate(standingOut);
      if (found.length === 0 || Date.now() > deadline) return found;
    }
  });
  await page.setViewportSize(before);
  await view.settled();
}

/** The same for what is on show. */
export async function cutOff(view: BarePage): Promise<string[]> {
  let found: string[] = [];
  await inNarrowColumn(view, async (standing) => void (found = await standing()));
  return found;
}

/** Runs in the page. */
function standingOut(): string[] {
  const SLACK = 1;
  const scrolls = (element: Element): boolean => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const canBeScrolledTo = (element: Element): boolean => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (scrolls(at)) return true;
    return false;
  };
  const found: string[] = [];
  for (const element of document.body.querySelectorAll<HTMLElement | SVGElement>('*')) {
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    const around = element.parentElement?.closest('.experiment, .card, .view')?.getBoundingClientRect();
    const right = Math.min(document.documentElement.clientWidth, around?.right ?? Infinity);
    const left = Math.max(0, around?.left ?? 0);
    // Words that are longer than the box of their paragraph do not make it wider.
    const isShortened = getComputedStyle(element).textOverflow === 'ellipsis' && element.hasAttribute('title');
    const holdsWords =
      element instanceof HTMLElement && !isShortened && !scrolls(element) && !element.querySelector('svg');
    const longer = holdsWords && element.clientWidth > 0 ? element.scrollWidth - element.clientWidth : 0;
    const past = Math.max(box.right - right, left - box.left, longer);
    if (past <= SLACK || element.closest('.only-read-out') || !element.checkVisibility()) continue;
    if (!canBeScrolledTo(element)) found.push(`${Math.round(past)} pixels: ${element.outerHTML.slice(0, 160)}`);
  }
  return found;
}
