/** Models that lie on the disk, by clicks: listed, chosen, refused with the reason, gone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { partName, put, splitModel } from '../support/stores';
import { tinyModelBytes, tinyModelFile } from '../support/tinyModel';
import { writeGguf } from '../support/ggufWriter';
import { startWorkbench, type Workbench } from './driver/workbench';

const WAIT = 60_000;

describe('Models on this machine', () => {
  let workbench: Workbench;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-models-'));
    const { metadata, tensors } = tinyModelFile();
    put(tinyModelBytes({ experts: 4, name: 'A mixture' }), folder, 'mixture.gguf');
    put(tinyModelBytes({ name: '$(zap) [Run](command:workbench.action.quit)', seed: 2 }), folder, 'hostile.gguf');
    put(writeGguf({ metadata: { ...metadata, 'general.architecture': 'mamba', 'general.name': 'Another kind' }, tensors }), folder, 'mamba.gguf'); // prettier-ignore
    splitModel(2).forEach((bytes, part) => put(bytes, folder, 'split', partName('big', part, 2)));
    workbench = await startWorkbench({
      open: 'sample.ts',
      settings: { 'attentionExplainer.models.folders': [folder] },
    });
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const row = (text: string | RegExp) =>
    workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
  const sidebar = (text: string) => workbench.page.locator('.pane-body .monaco-list-row', { hasText: text });

  it('are in the list of Choose Model…, with what they are, foreign names as text', async () => {
    await workbench.runCommand('Choose Model…');
    await row('A mixture').waitFor({ timeout: WAIT });
    assert.match(await row('A mixture').innerText(), /qwen3moe · [\d.]+K \([\d.]+K active\) · F32 · .*context 64/s);
    assert.match(await row('in parts').innerText(), /2 files/);
    assert.match(await row('Another kind').innerText(), /mamba.*not supported/s);
    const hostile = row('[Run]');
    assert.equal(await hostile.locator('.codicon-zap').count(), 0);
    assert.equal(await hostile.locator('a[href]').count(), 0);
    await workbench.screenshot('models-list');
    await workbench.page.keyboard.press('Escape');
  });

  it('one is chosen with the keyboard alone and explains', async () => {
    await workbench.runCommand('Choose Model…');
    await row('A mixture').waitFor({ timeout: WAIT });
    await workbench.page.keyboard.type('A mixture');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.statusbar-item', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.ts'), 'done');
    await workbench.panelFrame().locator('.place', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
  });

  it('one of another kind says exactly why it cannot be used, and the choice stays', async () => {
    await workbench.choose('Another kind', () => workbench.runCommand('Choose Model…'));
    await workbench.message(/mamba.gguf needs something that is not supported: mamba/);
    await workbench.page.locator('.statusbar-item', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
  });

  it('the sidebar shows the same list with what is in use, and what has come since', async () => {
    await workbench.page.locator('.activitybar a[aria-label^="Attention Explainer"]').click();
    await sidebar('A mixture').waitFor({ timeout: WAIT });
    assert.match((await sidebar('A mixture').getAttribute('aria-label'))!, /in use/);
    assert.match((await sidebar('Another kind').getAttribute('aria-label'))!, /cannot be used/);
    writeFileSync(path.join(folder, 'late.gguf'), tinyModelBytes({ name: 'A late one', seed: 5 }));
    await workbench.runCommand('Look for Models Again');
    await sidebar('A late one').waitFor({ timeout: WAIT });
    await workbench.screenshot('models-sidebar');
    await sidebar('A late one').click();
    await workbench.page.locator('.statusbar-item', { hasText: 'A late one' }).waitFor({ timeout: WAIT });
  });

  it('one that is gone gives a message and the bundled one', async () => {
    rmSync(path.join(folder, 'late.gguf'));
    await workbench.openFile('chinese.md');
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    await workbench.message(/late\.gguf is gone/);
    assert.equal(await workbench.explained('chinese.md'), 'done');
  });
});
