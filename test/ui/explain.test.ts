/** The road that every user takes: select, right-click, Explain Attention, look at the tokens. */
import assert from 'node:assert/strict';
import { startWorkbench, type Workbench } from './driver/workbench';

const MENU = 'Explain Attention';

describe('Explain Attention', () => {
  let workbench: Workbench;
  before(async () => (workbench = await startWorkbench({ open: 'sample.ts' })));
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  it('is in the context menu of a selection, and shows its tokens in the panel', async () => {
    await workbench.select([9, 1], [10, 1]);
    await workbench.contextMenu(MENU);
    assert.equal(await workbench.explained('sample.ts'), 'done');
    const text = (await workbench.tokens().allTextContents()).join('');
    assert.match(text, /let total = 0;/);
  });

  it('shows HTML in the selection as text', async () => {
    await workbench.openFile('html.txt');
    await workbench.selectAll();
    await workbench.runCommand(MENU);
    assert.equal(await workbench.explained('html.txt'), 'done');
    const text = (await workbench.tokens().allTextContents()).join('');
    assert.ok(text.includes('<img src=x onerror='), text);
    assert.equal(await workbench.panelFrame().locator('img').count(), 0);
  });

  it('is in the context menu without a selection, and takes the line', async () => {
    await workbench.openFile('chinese.md');
    await workbench.goTo([3, 1]);
    await workbench.contextMenu(MENU);
    assert.equal(await workbench.explained('chinese.md'), 'done');
    const text = (await workbench.tokens().allTextContents()).join('');
    assert.ok(text.includes('模型读一句话'), text);
  });
});
