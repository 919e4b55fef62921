/** What of a page is cut off, or stands out of its frame, in a narrow column. */
import assert from 'node:assert/strict';
import type { Workbench } from './workbench';

/** CSS pixels: one of two columns on a laptop's screen. */
const NARROW = 500;

const WAIT_MS = 30_000;

/**
 * Makes the window as narrow as it takes for the panel to be NARROW, calls `look`, and makes it as it was.
 * `standing` gives one line for each element that passes the edge of the page or of the frame around it, and that nobody
 * can scroll to.
 */
export async function inNarrowColumn(
  workbench: Workbench,
  look: (standing: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const { page } = workbench;
  const before = page.viewportSize()!;
  const width = async (): Promise<number> => (await workbench.panelElement().boundingBox())?.width ?? 0;
  try {
    for (const deadline = Date.now() + WAIT_MS; Math.abs((await width()) - NARROW) > 1;) {
      assert.ok(Date.now() < deadline, `the panel is ${await width()} pixels wide`);
      const now = page.viewportSize()!;
      await page.setViewportSize({ ...now, width: Math.round(now.width + NARROW - (await width())) });
      await workbench.settled();
    }
    await look(async () => {
      await workbench.settled();
      const handle = await workbench.panelFrame().locator('html').elementHandle();
      const frame = await handle!.ownerFrame();
      await frame!.waitForFunction((wanted) => Math.abs(innerWidth - wanted) <= 1, NARROW);
      return frame!.evaluate(standingOut);
    });
  } finally {
    await page.setViewportSize(before);
    await workbench.settled();
  }
}

/** The same for what is on show. */
export async function cutOff(workbench: Workbench): Promise<string[]> {
  let found: string[] = [];
  await inNarrowColumn(workbench, async (standing) => void (found = await standing()));
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
    if (element.closest('.only-read-out') || !element.checkVisibility() || canBeScrolledTo(element)) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0) continue;
    const around = element.parentElement?.closest('.experiment, .card')?.getBoundingClientRect();
    const right = Math.min(document.documentElement.clientWidth, around?.right ?? Infinity);
    const left = Math.max(0, around?.left ?? 0);
    // Words that are longer than the box of their paragraph do not make it wider.
    const holdsWords = element instanceof HTMLElement && !scrolls(element) && !element.querySelector('svg');
    const longer = holdsWords && element.clientWidth > 0 ? element.scrollWidth - element.clientWidth : 0;
    const past = Math.max(box.right - right, left - box.left, longer);
    if (past > SLACK) found.push(`${Math.round(past)} pixels: ${element.outerHTML.slice(0, 160)}`);
  }
  return found;
}
