/** What `npm start` checks where nobody watches: VS Code answers, and the extension explains the sample. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { closeShared } from './shared';
import { startWorkbench } from './workbench';

export async function startCheck({ file, from, to }: { file: string; from: number; to: number }): Promise<void> {
  const name = path.basename(file);
  try {
    const workbench = await startWorkbench({ open: name });
    await workbench.select([from, 1], [to + 1, 1]);
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained(name), 'done');
    // What the developer tools say is for the tests.
    await workbench.close({ check: false });
  } finally {
    await closeShared();
  }
}
