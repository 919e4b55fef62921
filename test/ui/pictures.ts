/** The README's pictures: media/screenshots/*.png, from the running extension. Run by scripts/pictures.mjs. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { closeShared } from './driver/shared';
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

const PICTURES: Record<string, Picture> = {
  'explain-dark': { theme: 'dark', viewport: { width: 1280, height: 800 }, open: 'sample.ts', steps: explainSample },
  'explain-light': { theme: 'light', viewport: { width: 1280, height: 800 }, open: 'sample.ts', steps: explainSample },
};

export async function main(names: string[]): Promise<void> {
  const folder = path.join(root, 'media', 'screenshots');
  mkdirSync(folder, { recursive: true });
  try {
    for (const [name, { steps, ...options }] of Object.entries(PICTURES)) {
      if (names.length > 0 && !names.includes(name)) continue;
      const workbench = await startWorkbench(options);
      await steps(workbench);
      await workbench.settled();
      await workbench.page.screenshot({ path: path.join(folder, `${name}.png`) });
      await workbench.close();
      console.log(`media/screenshots/${name}.png`);
    }
  } finally {
    await closeShared();
  }
}
