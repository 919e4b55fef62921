/** The packaged extension, installed as a person installs it, without anything that only tests have. */
import assert from 'node:assert/strict';
import { startWorkbench } from './driver/workbench';

describe('the .vsix', () => {
  it('is installed, and explains a selection from the context menu', async () => {
    const vsix = process.env.ATTENTION_VSIX;
    assert.ok(vsix, 'ATTENTION_VSIX names the package');
    const workbench = await startWorkbench({ vsix, open: 'sample.ts' });
    try {
      await workbench.select([9, 1], [10, 1]);
      await workbench.contextMenu('Explain Attention');
      assert.equal(await workbench.explained('sample.ts'), 'done');
      assert.ok((await workbench.tokens().count()) > 3);
    } catch (thrown) {
      await workbench.screenshot('failed-vsix');
      await workbench.close({ check: false });
      throw thrown;
    }
    await workbench.close();
  });
});
