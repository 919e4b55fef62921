/** Runs that are long, stopped, replaced or about odd texts, as a person meets them, with the real model. */
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const MENU = 'Explain Attention';
/** A selection of 1 MB. */
const LINE = 'const value = compute(items[index], total);\n';
const MEGABYTE = LINE.repeat(Math.ceil(1e6 / LINE.length));

describe('Runs', () => {
  let workbench: Workbench;
  before(async () => {
    const binary = new Uint8Array(2048).map((_, i) => i * 7);
    const files = { 'big.ts': MEGABYTE, 'picture.bin': binary, 'zero.txt': 'text\0\0\0more' };
    workbench = await sharedWorkbench({ files, open: 'big.ts' });
    await workbench.hideSideBar();
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const app = (): Locator => workbench.panelFrame().locator('#app');
  const busy = (): Locator => workbench.panelFrame().locator('.notice.busy');
  const layerIsSaid = (): Promise<void> =>
    busy()
      .getByText(/layer \d of \d/)
      .waitFor({ timeout: 60_000 });
  const state = (name: string): Promise<void> =>
    workbench.panelFrame().locator(`#app[data-state="${name}"]`).waitFor({ timeout: 60_000 });
  const button = (name: string): Locator => app().getByRole('button', { name, exact: true });
  const shownText = async (): Promise<string> => (await workbench.tokens().allTextContents()).join('');
  const focusFile = (): Promise<void> => workbench.runCommand('View: Focus First Editor Group');

  async function explainAll(): Promise<void> {
    await workbench.selectAll();
    await workbench.runCommand(MENU);
  }

  /** Explains all of the file in the first group, and returns while that is under way. */
  async function underWay(): Promise<void> {
    await focusFile();
    await explainAll();
    await layerIsSaid();
  }

  it('a long run says in the panel how far it is, and Escape in the panel cancels it', async () => {
    await underWay();
    await workbench.panelFrame().locator('[data-section="text"] h2').click();
    await workbench.page.keyboard.press('Escape');
    await state('cancelled');
  });

  it('the button cancels too, and Explain again does it again', async () => {
    await button('Explain again').click();
    await layerIsSaid();
    await button('Cancel').click();
    await state('cancelled');
  });

  it('Escape in the editor cancels as well', async () => {
    await underWay();
    await focusFile();
    await workbench.page.keyboard.press('Escape');
    await state('cancelled');
  });

  it('of 1 MB it says how much is explained and why, and offers the visible part', async () => {
    await focusFile();
    await explainAll();
    const notice = workbench.panelFrame().locator('.notice.cut');
    await notice.waitFor({ timeout: 60_000 });
    assert.match(
      (await notice.textContent())!,
      /Only the beginning is explained: [\d,]+ of 1,000,0\d\d characters\. At most 8,192 tokens/,
    );
    await button('Explain the visible part').click();
    await notice.waitFor({ state: 'hidden' });
    await state('done');
    const lines = (await shownText()).split('const value').length - 1;
    assert.ok(lines > 5 && lines < 200, `${lines} lines`);
  });

  it('a new request takes the place of the one under way', async () => {
    await underWay();
    await focusFile();
    await workbench.select([3, 1], [3, 6]);
    await workbench.runCommand(MENU);
    await workbench
      .panelFrame()
      .locator('.place', { hasText: /line 3\b/i })
      .waitFor();
    await state('done');
    assert.equal((await shownText()).trim(), 'const');
  });

  it('bytes of one character are one character', async () => {
    await workbench.openFile('emoji.txt');
    await explainAll();
    assert.equal(await workbench.explained('emoji.txt'), 'done');
    const cells = await workbench.tokens().allTextContents();
    for (const emoji of ['😀', '🎉', '🚀'])
      assert.ok(
        cells.some((cell) => cell.trim() === emoji),
        emoji,
      );
    assert.ok(!cells.join('').includes('\ufffd'), 'no replacement characters');
  });

  it('an untitled document is explained by its name', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.waitForEditor('Untitled-1');
    await workbench.page.keyboard.type('not saved anywhere');
    await explainAll();
    assert.equal(await workbench.explained('Untitled-1'), 'done');
    assert.match(await shownText(), /not saved anywhere/);
  });

  it('a file that VS Code does not show as text: a message, and nothing is lost', async () => {
    await workbench.openTab('picture.bin');
    await workbench.runCommand(MENU);
    await workbench.message(/picture\.bin.* is not open as text/);
  });

  it('a chosen model that is gone: one message that names it, and the bundled one explains', async () => {
    const model = path.join(workbench.folder, 'mine.gguf');
    copyFileSync(path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf'), model);
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    // The workbench's own file dialog, which begins in the workspace.
    await workbench.pick('mine.gguf');
    const status = (text: string): Promise<void> =>
      workbench.page.locator('.statusbar-item', { hasText: text }).waitFor({ timeout: 60_000 });
    await status('random weights, seed 25');
    rmSync(model);
    await workbench.openFile('chinese.md');
    await explainAll();
    await workbench.message(/mine\.gguf is gone/);
    assert.equal(await workbench.explained('chinese.md'), 'done');
  });
});
