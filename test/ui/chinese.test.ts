/** The whole road in 简体中文: menu, panel, messages. */
import assert from 'node:assert/strict';
import { startWorkbench, type Workbench } from './driver/workbench';

describe('简体中文', () => {
  let workbench: Workbench;
  before(async () => (workbench = await startWorkbench({ open: 'sample.ts', locale: 'zh-cn' })));
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  it('the context menu and everything in the panel are Chinese', async () => {
    await workbench.select([8, 1], [19, 2]);
    await workbench.contextMenu('解释注意力');
    assert.equal(await workbench.explained('sample.ts'), 'done');
    const frame = workbench.panelFrame();
    assert.equal(await frame.locator('html').getAttribute('lang'), 'zh-cn');
    assert.match((await frame.locator('.summary .sentence').textContent())!, /[一-龥]/);
    // What is read out and what is seen, apart from the person's own text and names of models.
    const english = await frame.locator('body').evaluate((body) => {
      const own = '.tokens, .story .word, [data-section="candidates"], .place, .example, [data-section="provenance"]';
      return [
        ...body.querySelectorAll<HTMLElement>('h1, h2, button, vscode-button, vscode-radio, summary, .hint, .notice'),
      ]
        .filter((one) => !one.closest(own) && one.checkVisibility())
        .map((one) => one.textContent!.trim())
        .filter((text) => /[A-Za-z]{3}/.test(text) && !/[一-龥]/.test(text));
    });
    assert.deepEqual(english, []);
  });

  it('an empty line gives a message in Chinese', async () => {
    await workbench.openFile('empty.txt');
    await workbench.runCommand('解释注意力');
    await workbench.message(/[一-龥]/);
  });
});
