/** Accessibility rules over a webview: axe-core, run through the debugger since the page's policy allows no other script. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Workbench } from './workbench';

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}
declare const axe: {
  configure(spec: object): void;
  run(context: Document | Element[], options: object): Promise<{ violations: Violation[] }>;
};

const AXE = readFileSync(createRequire(path.join(root, 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

/** One line per violation in the panel that is in view; [] when there is none. */
export async function axeViolations(workbench: Workbench): Promise<string[]> {
  const handle = await workbench.panelFrame().locator('html').elementHandle();
  return axeIn((await handle!.ownerFrame())!);
}

/** The same for any frame. `rules`: only these, `within`: only what the first of these elements holds, which is quicker. */
export async function axeIn(
  frame: Frame,
  { rules, within }: { rules?: string[]; within?: string } = {},
): Promise<string[]> {
  if (!(await frame.evaluate(() => 'axe' in globalThis))) await frame.evaluate(AXE);
  const violations = await frame.evaluate(violationsHere, { rules, within });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}

/**
 * Runs in the page. Contrast is judged once for each look in the life of a page: of all texts of one colour and size that
 * lie on the same backgrounds, the first. A table of a thousand cells has two or three.
 */
async function violationsHere({ rules, within }: { rules?: string[]; within?: string }): Promise<Violation[]> {
  const root = within === undefined ? document.body : document.querySelector(within)!;
  const CONTRAST = 'color-contrast';
  const LOOK = 'data-look-to-judge';
  const backgrounds = new Map<Element | null, string>([[null, '']]);
  const behind = (element: Element | null): string => {
    const known = backgrounds.get(element);
    if (known !== undefined) return known;
    const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element!);
    const place = position === 'static' ? '' : (element!.getAttribute('class') ?? '');
    const found = `${behind(element!.parentElement)} ${backgroundColor} ${backgroundImage} ${opacity} ${position} ${place}`;
    backgrounds.set(element, found);
    return found;
  };
  const judged = ((globalThis as { looksJudged?: Set<string> }).looksJudged ??= new Set());
  const looks: Element[] = [];
  for (const element of root.querySelectorAll('*')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim());
    if (!hasText || !element.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    const look = [color, fontSize, fontWeight, textShadow, behind(element)].join(' ');
    if (!judged.has(look)) looks.push(element);
    judged.add(look);
  }
  if (looks.length === 0 && rules?.every((rule) => rule === CONTRAST)) return [];
  // Marked, so that one run of all rules judges those and no other.
  axe.configure({ rules: [{ id: CONTRAST, selector: `[${LOOK}]` }] });
  for (const element of looks) element.setAttribute(LOOK, '');
  const asked = rules ? { runOnly: rules } : {};
  const all = within === undefined ? document : [root];
  const { violations } = await axe.run(all, { resultTypes: ['violations'], ...asked });
  for (const element of looks) element.removeAttribute(LOOK);
  return violations;
}
