/** The README's pictures (media/screenshots) and the walkthrough's (media/walkthrough), from the running extension. Run by scripts/pictures.mjs. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared } from './driver/shared';
import { openReasoning, REASONING_FILES, REASONING_INPUTS } from './reasoningShots';
import { startWorkbench, type Workbench, type WorkbenchOptions } from './driver/workbench';

interface Picture extends WorkbenchOptions {
  steps(workbench: Workbench): Promise<void>;
}

async function explainSample(workbench: Workbench): Promise<void> {
  await workbench.hideSideBar();
  await workbench.select([8, 1], [19, 2]);
  await workbench.runCommand('Explain Attention');
  await workbench.explained('sample.ts');
}

/** The sample explained, with one group of views on show. */
const group =
  (tab: string, ready: string): Picture['steps'] =>
  async (workbench) => {
    await explainSample(workbench);
    await workbench.panelFrame().locator(`[data-tab="${tab}"]`).click();
    await workbench.panelFrame().locator(ready).first().waitFor();
  };

async function showHeat(workbench: Workbench): Promise<void> {
  await explainSample(workbench);
  await workbench.runCommand('Show Heat in Editor');
  await workbench.goTo([12, 20]);
}

async function solveProblem(workbench: Workbench): Promise<void> {
  await workbench.hideSideBar();
  await workbench.selectAll();
  await openReasoning(workbench, REASONING_INPUTS.solved);
  // The answers and the step, not what was asked about it last.
  await workbench
    .panelFrame()
    .locator('body')
    .evaluate(() => scrollTo(0, 0));
}

/** One entry with its experiment run, scrolled to the result. */
async function runMilestone(workbench: Workbench): Promise<void> {
  await workbench.hideSideBar();
  await workbench.runCommand('Open Milestone History');
  const frame = workbench.panelFrame();
  await frame.locator('.timeline [data-entry="sudden-or-gradual"]').click();
  const section = frame.locator('[data-section="experiment"]');
  await frame.locator('[data-action="run"]').click();
  await frame.locator('[data-section="experiment"][data-state="done"]').waitFor({ timeout: 60_000 });
  await section.scrollIntoViewIfNeeded();
}

const wide = { viewport: { width: 1280, height: 800 }, open: 'sample.ts' };

/** Where a picture goes: the README's to media/screenshots, the walkthrough's to media/walkthrough. */
const folderOf = (name: string): string =>
  path.join(root, 'media', name.endsWith('-dark') ? 'screenshots' : 'walkthrough');

const PICTURES: Record<string, Picture> = {
  explain: { ...wide, steps: explainSample },
  edges: { ...wide, steps: group('edges', '[data-step]') },
  roles: { ...wide, steps: group('roles', '.role-head') },
  predictions: { ...wide, steps: group('predictions', '.lens .lead') },
  heat: { ...wide, steps: showHeat },
  'explain-dark': { ...wide, theme: 'dark', steps: explainSample },
  'reasoning-dark': {
    ...wide,
    theme: 'dark',
    open: REASONING_INPUTS.solved.file,
    files: REASONING_FILES,
    steps: solveProblem,
  },
  'milestones-dark': { ...wide, theme: 'dark', steps: runMilestone },
};

export async function main(names: string[]): Promise<void> {
  try {
    for (const [name, { steps, ...options }] of Object.entries(PICTURES)) {
      if (names.length > 0 && !names.includes(name)) continue;
      const workbench = await startWorkbench(options);
      await steps(workbench);
      // No tip of VS Code's own lies over it; the heat follows the cursor a moment later, and nothing on the page says so.
      await workbench.page.mouse.move(400, 785);
      await workbench.settled();
      await workbench.page.waitForTimeout(1000);
      const file = path.join(folderOf(name), `${name}.png`);
      mkdirSync(path.dirname(file), { recursive: true });
      await workbench.page.screenshot({ path: file });
      await workbench.close();
      console.log(path.relative(root, file));
    }
  } finally {
    await closeShared();
  }
}
