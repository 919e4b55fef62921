/** What `npm start` checks where nobody watches: VS Code answers, and the extension explains the sample. */
import path from 'node:path';
import { closeShared } from './shared';
import { startWorkbench } from './workbench';

const EXPLAINS_MS = 60_000;

export async function startCheck({ file, from, to }: { file: string; from: number; to: number }): Promise<void> {
  try {
    const workbench = await startWorkbench({ open: path.basename(file) });
    await workbench.select([from, 1], [to + 1, 1]);
    await workbench.runCommand('Explain Attention');
    await workbench.panelFrame().locator('body', { hasText: /\S/ }).waitFor({ timeout: EXPLAINS_MS });
    await workbench.close();
  } finally {
    await closeShared();
  }
}
