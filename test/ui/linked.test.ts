/** Pointing, clicking and the keyboard: the views of the panel follow each other, and the panel and the editor do too. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  const title = (name: string, text: string): Promise<void> => section(name).locator('h2', { hasText: text }).waitFor();
  /** The first token with this text. */
  const token = (text: string): Locator => workbench.tokens().getByText(text, { exact: true }).first();
  const focused = (text: string): Promise<void> =>
    section('text').locator('.token.focus').getByText(text, { exact: true }).waitFor();
  const head = (layer: number, index: number): Locator =>
    section('heads')
      .locator('[role="gridcell"]')
      .nth(layer * 8 + index);
  /** Characters of the editor that are marked as the token's. */
  const marks = (): Locator => workbench.page.locator('.view-overlays [class*="TextEditorDecorationType"]');

  it('says first in words what stands out, then shows the text, the heads and the matrix, then the other groups', async () => {
    const order = await workbench
      .panelFrame()
      .locator('main [data-section], main [role="tablist"]')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.section ?? 'groups'));
    assert.deepEqual(order.filter((name) => name !== 'provenance').slice(0, 5), [
      'summary',
      'groups',
      'text',
      'heads',
      'matrix',
    ]);
    assert.match((await section('summary').locator('.sentence').textContent())!, /\w/);
    assert.ok(order.includes('experts') && order.indexOf('next') > order.indexOf('experts'), order.join());
  });

  it('draws the selection in its own layout: every line, with its indentation', async () => {
    const file = readFileSync(path.join(workbench.folder, 'sample.ts'), 'utf8').split('\n');
    const lines = await section('text')
      .locator('.line')
      .evaluateAll((all) => all.map((one) => [Number((one as HTMLElement).dataset.line), one.textContent!] as const));
    assert.deepEqual(
      lines.map(([number]) => number),
      [9, 10, 11, 12, 13, 14, 15],
    );
    // The first line begins with the token that the model adds.
    for (const [number, text] of lines) assert.ok(text.endsWith(file[number - 1]), `${number}: ${text}`);
  });

  it('pointing at a token previews it, clicking locks it', async () => {
    await token('const').hover();
    await focused('const');
    await token('let').hover();
    await focused('let');
    await token('let').click();
    await token('const').hover();
    await section('text').locator('.token.pointed').getByText('const', { exact: true }).waitFor();
    await focused('let');
    await token('let').click();
    await token('const').hover();
    await focused('const');
  });

  it('pointing at a head previews it in the text and the matrix, clicking locks it', async () => {
    await head(0, 3).hover();
    for (const view of ['text', 'matrix']) await title(view, 'layer 0 head 3');
    await head(1, 2).click();
    await section('summary').hover();
    for (const view of ['text', 'matrix']) await title(view, 'layer 1 head 2');
    await head(1, 2).click();
  });

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

  it('can be gone through by keyboard alone: tokens, heads, locks, and Escape lets go', async () => {
    const { keyboard } = workbench.page;
    await keyboard.press('Control+2');
    const list = section('text').locator('[role="listbox"]');
    for (let presses = 0; !(await list.evaluate((one) => one === document.activeElement)); presses++) {
      assert.ok(presses < 40, 'Tab never reaches the tokens');
      await keyboard.press('Tab');
    }
    await keyboard.press('Home');
    const first = (await section('text').locator('.token.active').textContent())!;
    await keyboard.press('ArrowRight');
    const second = (await section('text').locator('.token.active').textContent())!;
    assert.notEqual(second, first);
    const locked = section('text').locator('.tokens.locked');
    if (await locked.count()) await keyboard.press('Escape');
    await locked.waitFor({ state: 'detached' });
    await keyboard.press('Enter');
    await locked.waitFor();
    await keyboard.press('Escape');
    await locked.waitFor({ state: 'detached' });
    const grid = section('heads').locator('[role="grid"]');
    for (let presses = 0; !(await grid.evaluate((one) => one === document.activeElement)); presses++) {
      assert.ok(presses < 40, 'Tab never reaches the heads');
      await keyboard.press('Tab');
    }
    await keyboard.press('Home');
    for (let layer = 0; layer < 6; layer++) await keyboard.press('ArrowUp');
    await title('matrix', 'layer 0 head 0');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    await title('matrix', 'layer 1 head 1');
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
