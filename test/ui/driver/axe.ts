/** Accessibility rules over a webview: axe-core, run through the debugger since the page's policy allows no other script. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Workbench } from './workbench';

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}
declare const axe: { run(context: Document, options: object): Promise<AxeResults> };

/** One line per violation in the panel that is in view; [] when there is none. */
export async function axeViolations(workbench: Workbench): Promise<string[]> {
  const handle = await workbench.panelFrame().locator('html').elementHandle();
  return axeIn((await handle!.ownerFrame())!);
}

/** The same for any frame. `rules`: only these, which is quicker. */
export async function axeIn(frame: Frame, rules?: string[]): Promise<string[]> {
  const source = createRequire(path.join(root, 'package.json')).resolve('axe-core/axe.min.js');
  await frame.evaluate(readFileSync(source, 'utf8'));
  const { violations } = await frame.evaluate(
    (runOnly) => axe.run(document, { resultTypes: ['violations'], ...(runOnly && { runOnly }) }),
    rules,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  );
}
