/** What of the reading views needs VS Code: the model's file, heat in the editor, another theme. The rest: test/page/explain. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { axeViolations } from './driver/axe';
import { startWorkbench, type Workbench } from './driver/workbench';

describe('Reading views in VS Code', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: 'sample.ts' });
    await workbench.hideSideBar();
    await workbench.select([8, 1], [19, 2]);
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.ts'), 'done');
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): ReturnType<Workbench['panelFrame']> => workbench.panelFrame();
  it('tells on request where the numbers come from: model, file, hash, precision, kernel, interventions', async () => {
    const origin = frame().locator('[data-section="provenance"]');
    await origin.locator('summary').click();
    const fact = (name: string): Promise<string | null> => origin.locator(`dt:text-is("${name}") + dd`).textContent();
    await origin.locator('dd', { hasText: /^[0-9a-f]{64}$/ }).waitFor();
    const file = (await fact('File'))!;
    assert.equal(await fact('SHA-256'), createHash('sha256').update(readFileSync(file)).digest('hex'));
    assert.equal(await fact('Quantisation'), 'Q8_0');
    assert.equal(await fact('Interventions'), 'no interventions');
    assert.match((await fact('Kernel'))!, /simd|reference/);
    await origin.locator('summary').click();
  });

  it('shows heat in the editor from the title bar, and takes it away again', async () => {
    const { page } = workbench;
    const coloured = page.locator('.editor-instance .view-overlays .cdr[class*="ced-"]');
    const before = await coloured.count();
    await page.locator('.editor-actions a[aria-label*="Show Heat in Editor"]').first().click();
    await page.waitForFunction(
      (n) => document.querySelectorAll('.editor-instance .view-overlays .cdr[class*="ced-"]').length > n,
      before,
    );
    await page.locator('.editor-actions a[aria-label*="Hide Heat in Editor"]').first().click();
    await page.locator('.editor-actions a[aria-label*="Show Heat in Editor"]').first().waitFor();
    await page.waitForFunction(
      (n) => document.querySelectorAll('.editor-instance .view-overlays .cdr[class*="ced-"]').length <= n,
      before,
    );
  });

  it('shows the heat and takes it away by the keybinding', async () => {
    const { keyboard } = workbench.page;
    for (const then of ['Hide', 'Show']) {
      await keyboard.press('Control+K');
      await keyboard.press('h');
      await workbench.page.locator(`.editor-actions a[aria-label*="${then} Heat in Editor"]`).first().waitFor();
    }
  });

  it('follows another theme while it is open, without accessibility violations', async () => {
    await workbench.setTheme('contrast');
    await workbench.settled();
    assert.deepEqual(await axeViolations(workbench), []);
  });
});
