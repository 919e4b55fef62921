/** The entries that look at drawings, as a person uses them: run, draw, choose, pick a file. */
import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import { axeViolations } from './driver/axe';
import { cutOff } from './driver/narrow';
import { startWorkbench, type Workbench } from './driver/workbench';

const LONG_MS = 100_000;

describe('Milestone History: learning to see', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: 'sample.ts' });
    await workbench.runCommand('Open Milestone History');
    await frame().locator('.timeline').waitFor({ timeout: LONG_MS });
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): FrameLocator => workbench.panelFrame();
  const section = (): Locator => frame().locator('[data-section="experiment"]');
  const choose = (option: string, label: string): Promise<unknown> =>
    section().locator(`[data-option="${option}"]`).selectOption({ label });
  async function run(entry: string, options: Record<string, string>): Promise<void> {
    await frame().locator(`.timeline [data-entry="${entry}"]`).click();
    await frame().locator(`article[data-entry="${entry}"]`).waitFor();
    for (const [option, label] of Object.entries(options)) await choose(option, label);
    await section().locator('[data-action="run"]').click();
    await frame().locator('[data-section="experiment"][data-state="done"]').waitFor({ timeout: LONG_MS });
  }

  it('cat neuron: a cat fires it, a dog and an empty sheet do not, and it answers what one draws', async () => {
    await run('cat-neuron', { drawings: '600', largest: '16' });
    const fires = (whether: string): Promise<void> =>
      section().locator(`[data-fires="${whether}"]`).waitFor({ timeout: LONG_MS });
    // Not every cat fires it: one among a few hands must, and of as many dogs one must not.
    const until = async (kind: string, whether: string): Promise<void> => {
      for (let hand = 0; hand < 12; hand++) {
        const said = await section().locator('[data-fires]').textContent();
        await section().locator(`[data-pad="${kind}"]`).click();
        await workbench.settled();
        if ((await section().locator(`[data-fires="${whether}"]`).count()) > 0) return;
        assert.ok(said !== null);
      }
      await fires(whether);
    };
    await until('cat', 'true');
    await until('dog', 'false');
    await section().locator('[data-pad="clear"]').click();
    await section().getByText('The sheet is empty.').first().waitFor();

    const sheet = section().locator('.pad-sheet');
    await sheet.scrollIntoViewIfNeeded();
    const box = (await sheet.boundingBox())!;
    await workbench.page.mouse.move(box.x + 60, box.y + 60);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(box.x + 160, box.y + 160, { steps: 5 });
    await workbench.page.mouse.up();
    await section().locator('[data-fires="true"], [data-fires="false"]').waitFor({ timeout: LONG_MS });
    assert.match((await section().locator('[data-fires]').textContent()) ?? '', /The cat unit (fires|is silent): /);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });

  it('cat neuron: draws by the keyboard', async () => {
    await section().locator('[data-pad="clear"]').click();
    await section().locator('[data-fires=""]').waitFor({ timeout: LONG_MS });
    await section().locator('.pad-sheet').focus();
    for (const key of [' ', 'ArrowRight', 'ArrowRight', 'ArrowDown', ' ']) await workbench.page.keyboard.press(key);
    await section().getByText('The pen is up.').waitFor();
    await section().locator('[data-fires="true"], [data-fires="false"]').waitFor({ timeout: LONG_MS });
  });

  it('cat neuron: takes an image file, and says so when it is none', async () => {
    const file = section().locator('[data-pad="file"]');
    await file.setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') });
    await section().getByText('“notes.png” is not an image').waitFor();
    const png = await workbench.page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 120 } });
    await file.setInputFiles({ name: 'shot.png', mimeType: 'image/png', buffer: png });
    await section().getByText('“shot.png”, as a small drawing').waitFor();
    assert.equal(await section().locator('.pad .problem').isVisible(), false);
  });

  it('alexnet: runs, the nets name what is drawn and moved, the filters respond', async () => {
    await run('alexnet', { drawings: '500', filters: '4' });
    assert.match((await frame().locator('[data-section="card"]').textContent()) ?? '', /ahead at equal weights/);
    assert.equal(await section().locator('[data-alex="filters"] .thumbnails li').count(), 4);
    const named = section().locator('[data-named]:not([data-named=""])');
    const said = async (): Promise<string> => (await section().locator('[data-named]').textContent()) ?? '';
    const maps = section().locator('[data-section="maps"]');
    await section().locator('[data-pad="house"]').click();
    await named.waitFor({ timeout: LONG_MS });
    assert.match(await said(), /With convolutions: .*Without, as many weights: /);
    assert.equal(await maps.locator('.thumbnails li').count(), 4);
    const table = maps.locator('.twin').last();
    await table.locator('summary').click();
    await table.locator('tbody tr').nth(3).waitFor();
    const before = (await table.locator('tbody').textContent())!;
    await section().locator('[data-move="0,1"]').click();
    await table.locator('tbody').filter({ hasNotText: before }).waitFor({ timeout: LONG_MS });
    await section().locator('[data-pad="clear"]').click();
    await section().locator('[data-named=""]').waitFor({ timeout: LONG_MS });
    assert.equal(await maps.isVisible(), false);
    const file = section().locator('[data-pad="file"]');
    await file.setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('no picture at all') });
    await section().getByText('“notes.png” is not an image').waitFor();
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });

  it('distillation: runs, and the nets name a drawing', async () => {
    await run('distillation', { share: '1 %', student: '8' });
    await section().locator('[data-pad="train"]').click();
    await section().locator('[data-named="train"]').waitFor({ timeout: LONG_MS });
    assert.match((await section().locator('[data-named]').textContent()) ?? '', /Teacher: train\. Soft targets: /);
    assert.match((await frame().locator('[data-section="card"]').textContent()) ?? '', /gained by soft targets/);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });

  it('alphago: runs, answers a move by mouse and one by keyboard, and shows its tree', async () => {
    await run('alphago', { simulations: '16', games: '40' });
    const play = frame().locator('[data-section="play"]');
    const discs = (side: string): Locator => play.locator(`[data-side="${side}"]`);
    await play.getByText('It is your move.').waitFor({ timeout: LONG_MS });
    await play.locator('[data-column="4"]').click();
    await discs('nets').first().waitFor({ timeout: LONG_MS });
    assert.equal(await discs('you').count(), 1);
    await play.locator('.plot-area .go-line').first().waitFor();
    await play.locator('[data-column="1"]').focus();
    await workbench.page.keyboard.press('Enter');
    await discs('nets').nth(1).waitFor({ timeout: LONG_MS });
    assert.match((await play.locator('[data-go="moves"]').textContent()) ?? '', /Columns so far: 4, \d, 1, \d/);
    await play.locator('[data-go="second"]').click();
    // The old game's discs go first; its last sentence reads like the new one's.
    await discs('you').first().waitFor({ state: 'detached', timeout: LONG_MS });
    await discs('nets').first().waitFor({ timeout: LONG_MS });
    await play.getByText(/The nets chose column \d/).waitFor({ timeout: LONG_MS });
    assert.equal(await discs('you').count(), 0);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });
});
