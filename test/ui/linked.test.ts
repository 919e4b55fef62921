/** The panel and the editor follow each other; the views among themselves: test/page/explain/linked.test.ts. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startWorkbench, type Workbench } from './driver/workbench';

describe('The panel and the editor', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: 'sample.ts' });
    await workbench.hideSideBar();
    await workbench.select([9, 1], [16, 1]);
    // The keybinding; the menu and the palette have tests of their own.
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('a');
    assert.equal(await workbench.explained('sample.ts'), 'done');
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string): Locator => workbench.panelFrame().locator(`[data-section="${name}"]`);
  /** The first token with this text. */
  const token = (text: string): Locator => workbench.tokens().getByText(text, { exact: true }).first();
  const focused = (text: string): Promise<void> =>
    section('text').locator('.token.focus').getByText(text, { exact: true }).waitFor();
  /** Characters of the editor that are marked as the token's. */
  const marks = (): Locator => workbench.page.locator('.view-overlays [class*="TextEditorDecorationType"]');

  it('pointing at a token marks its characters in the editor, and nothing else', async () => {
    await token('const').hover();
    await marks().first().waitFor({ state: 'attached' });
    const line = await workbench.editor.locator('.view-line', { hasText: 'const' }).first().boundingBox();
    // The mark of the token that was pointed at before may still be on its way out.
    for (const deadline = Date.now() + 30_000; ;) {
      const boxes = await Promise.all(
        (await marks().all()).map((mark) => mark.boundingBox({ timeout: 1000 }).catch(() => null)),
      );
      if (boxes.length > 0 && boxes.every((box) => box && Math.abs(box.y - line!.y) < line!.height / 2)) break;
      assert.ok(Date.now() < deadline, JSON.stringify({ boxes, line }));
    }
    await section('provenance').hover();
    await marks().first().waitFor({ state: 'detached' });
  });

  it('moving the editor’s cursor moves the query token', async () => {
    await workbench.page.locator('.editor-group-container').first().locator('.view-lines').click();
    await workbench.goTo([10, 9]);
    await focused('const');
    await workbench.goTo([9, 3]);
    await focused('let');
  });

  it('the page’s policy is watched: a violation is noticed', async () => {
    assert.deepEqual(workbench.watch.takeProblems(), [], 'none so far');
    await workbench
      .panelFrame()
      .locator('#app')
      .evaluate((app) => app.setAttribute('style', 'color: red'));
    await workbench.settled();
    const [problem] = workbench.watch.takeProblems();
    assert.match(problem ?? '', /Content Security Policy/);
  });
});
