/** Runs that are long, stopped, replaced or about odd texts, as a person meets them, with the real model. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const MENU = 'Explain Attention';
/** A selection of 1 MB. No file of TypeScript, since VS Code would colour all of it. */
const LINE = 'const value = compute(items[index], total);\n';
const MEGABYTE = LINE.repeat(Math.ceil(1e6 / LINE.length));

describe('Runs', () => {
  let workbench: Workbench;
  before(async () => {
    const binary = new Uint8Array(2048).map((_, i) => i * 7);
    const files = { 'big.txt': MEGABYTE, 'picture.bin': binary, 'zero.txt': 'text\0\0\0more' };
    workbench = await sharedWorkbench({ files, open: 'big.txt' });
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

  it('of 1 MB it says how much is explained and why, how far it is, and Escape in the panel cancels it', async () => {
    await explainAll();
    // Before the tokens are there it tells of characters alone.
    await layerIsSaid();
    const notice = workbench.panelFrame().locator('.notice.cut');
    await notice.waitFor({ timeout: 60_000 });
    assert.match(
      (await notice.textContent())!,
      /Only the beginning is explained: [\d,]+ of 1,000,0\d\d characters\. At most 8,192 tokens/,
    );
    await workbench.panelFrame().locator('[data-section="text"] h2').click();
    await workbench.page.keyboard.press('Escape');
    await state('cancelled');
  });

  it('Explain again does it again, and the button cancels too', async () => {
    await button('Explain again').click();
    await layerIsSaid();
    await button('Cancel').click();
    await state('cancelled');
  });

  it('Escape in the editor cancels as well', async () => {
    await button('Explain again').click();
    await layerIsSaid();
    await focusFile();
    await workbench.page.keyboard.press('Escape');
    await state('cancelled');
  });

  it('a new request takes the place of the one under way', async () => {
    await button('Explain again').click();
    await layerIsSaid();
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

  it('the visible part is offered in place of all, and explained', async () => {
    await focusFile();
    await explainAll();
    await button('Explain the visible part').click();
    await workbench.panelFrame().locator('.notice.cut').waitFor({ state: 'hidden' });
    await state('done');
    const lines = (await shownText()).split('const value').length - 1;
    assert.ok(lines > 5 && lines < 200, `${lines} lines`);
  });

  it('an untitled document is explained by its name, and bytes of one character are one character', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.waitForEditor('Untitled-1');
    await workbench.page.keyboard.insertText('not saved anywhere 😀 🎉 🚀');
    await explainAll();
    assert.equal(await workbench.explained('Untitled-1'), 'done');
    const cells = await workbench.tokens().allTextContents();
    assert.match(cells.join(''), /not saved anywhere/);
    for (const emoji of ['😀', '🎉', '🚀'])
      assert.ok(
        cells.some((cell) => cell.trim() === emoji),
        emoji,
      );
    assert.ok(!cells.join('').includes('\ufffd'), 'no replacement characters');
  });

  it('a file that VS Code does not show as text: a message, and nothing is lost', async () => {
    await workbench.openTab('picture.bin');
    await workbench.runCommand(MENU);
    await workbench.message(/picture\.bin.* is not open as text/);
  });
});
