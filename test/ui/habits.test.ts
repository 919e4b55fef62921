/** Around the panel: the sidebar's lists, another model, long texts in the matrix. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { startWorkbench, type Workbench } from './driver/workbench';

const DENSE = 'dense.gguf';

describe('Around the panel', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: 'long.ts' });
    copyFileSync(path.join(root, 'test', 'fixtures', 'models', 'qwen3-f16.gguf'), path.join(workbench.folder, DENSE));
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string): Locator => workbench.panelFrame().locator(`[data-section="${name}"]`);
  /** An entry of a list in our part of the sidebar. */
  const entry = (label: string | RegExp): Locator =>
    workbench.page.locator('.part.sidebar .monaco-list-row', { hasText: label }).first();

  it('the sidebar says what to do while nothing was explained', async () => {
    await workbench.page.locator('.activitybar a[aria-label^="Attention Explainer"]').click();
    await workbench.page
      .locator('.part.sidebar .welcome-view-content', {
        hasText:
          'Nothing was explained in this workspace yet. Select some text in an editor and choose “Explain Attention”',
      })
      .waitFor();
  });

  it('pools a long text’s weights by their largest or by their mean, as the person says, and states it', async () => {
    await workbench.hideSideBar();
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('long.ts'), 'done');
    const matrix = section('matrix');
    await matrix.getByText(/Each cell shows the largest of \d+ × \d+ weights/).waitFor();
    const end = (): Promise<string | null> => matrix.locator('.legend-marks span').last().textContent();
    const ofLargest = parseFloat((await end())!.replace('≥', ''));
    await matrix.locator('vscode-radio', { hasText: 'Mean' }).click();
    await matrix.getByText(/Each cell shows the mean of \d+ × \d+ weights/).waitFor();
    // The mean of several weights is less than the largest of them, and the scale says so once the tiles are there.
    for (const deadline = Date.now() + 30_000; ;) {
      const ofMean = parseFloat((await end())!);
      if (ofMean > 0 && ofMean < ofLargest) break;
      assert.ok(Date.now() < deadline, `the scale ends at ${await end()}, for the largest at ${ofLargest}`);
      await workbench.page.waitForTimeout(100);
    }
    await matrix.locator('vscode-radio', { hasText: 'Largest' }).click();
    await matrix.getByText(/Each cell shows the largest of/).waitFor();
  });

  it('of a long text that part is in sight which is looked from, in the text and in the lanes of the experts', async () => {
    await section('text').locator('.token.focus').first().waitFor({ state: 'attached' });
    const inSight = (): Promise<boolean> =>
      section('text')
        .locator('.token.focus')
        .first()
        .evaluate((token) => {
          const [box, list] = [token.getBoundingClientRect(), token.closest('.tokens')!.getBoundingClientRect()];
          return box.top >= list.top && box.bottom <= list.bottom;
        });
    for (const deadline = Date.now() + 30_000; !(await inSight());) {
      assert.ok(Date.now() < deadline, 'the token is out of sight');
      await workbench.page.waitForTimeout(100);
    }
    await workbench.panelFrame().locator('[data-tab="experts"]').click();
    const lanes = section('expert-report').locator('.strip');
    for (const deadline = Date.now() + 30_000; (await lanes.evaluate((strip) => strip.scrollLeft)) === 0;) {
      assert.ok(Date.now() < deadline, 'the lanes stay at the first token');
      await workbench.page.waitForTimeout(100);
    }
    await workbench.panelFrame().locator('[data-tab="attention"]').click();
  });

  it('numbers of three digits stand beside their lines, not over each other', async () => {
    const [room, height, line] = await section('text')
      .locator('.line[data-line="100"]')
      .evaluate((one) => {
        const number = getComputedStyle(one, '::before');
        return [number.width, number.height, getComputedStyle(one).lineHeight].map(parseFloat);
      });
    assert.ok(room > 18 && height < 1.5 * line, `${room} × ${height}`);
  });

  it('the matrix goes from the whole down to single weights, by keyboard, and says what a cell is', async () => {
    const matrix = section('matrix');
    const [, pool] = /largest of (\d+) ×/.exec((await matrix.locator('.pooling').textContent())!)!;
    await matrix.locator('.plot').focus();
    // Each press doubles the size: a cell holds half as many weights on each side, in the end one.
    for (let side = Number(pool) / 2; side > 1; side /= 2) {
      await workbench.page.keyboard.press('+');
      await matrix.getByText(`Each cell shows the largest of ${side} × ${side} weights.`).waitFor();
    }
    await workbench.page.keyboard.press('+');
    await matrix.getByText('Each cell shows').waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('ArrowLeft');
    await matrix.locator('.readout', { hasText: /tokens \d+ → \d+/ }).waitFor();
    await workbench.page.keyboard.press('0');
    await matrix.getByText(`Each cell shows the largest of ${pool} × ${pool} weights.`).waitFor();
  });

  it('attention flow says where its limit is; rollout has none', async () => {
    await workbench.panelFrame().locator('[data-tab="rollup"]').click();
    const rollup = section('rollup');
    await rollup.locator('select').first().selectOption('flow');
    await rollup.getByText(/Attention flow is computed for the first 256 tokens only/).waitFor({ timeout: 90_000 });
    await rollup.locator('select').first().selectOption('rollout');
    await rollup.getByText(/^Most weight: .* with [\d.]+%/).waitFor({ timeout: 90_000 });
    await workbench.panelFrame().locator('[data-tab="attention"]').click();
  });

  it('a past explanation is one click away in the sidebar, and comes back in a panel', async () => {
    await workbench.closeAllTabs();
    await workbench.page.locator('.activitybar a[aria-label^="Attention Explainer"]').click();
    await entry('long.ts').click();
    assert.equal(await workbench.explained('long.ts'), 'done');
    await section('text').locator('.token').first().waitFor();
  });

  it('of a dense model it says that there are no experts, and shows the neurons that answered strongest', async () => {
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    await workbench.pick(DENSE);
    await workbench.page.locator('.statusbar-item', { hasText: 'random weights' }).waitFor();
    await workbench.panelFrame().locator('.place', { hasText: 'random weights' }).waitFor();
    assert.equal(await workbench.explained('long.ts'), 'done');
    await workbench.panelFrame().locator('[data-tab="experts"]').click();
    await section('experts').getByText('This model is dense: it has no experts.').waitFor();
    const neurons = section('neurons').locator('li');
    await neurons.first().waitFor();
    assert.equal(await neurons.count(), 20);
    const values = (await neurons.locator('.number').allTextContents()).map((text) =>
      Math.abs(Number(text.replace('−', '-'))),
    );
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    await section('neurons')
      .locator('h2', { hasText: /Most active neurons for token \d+/ })
      .waitFor();
  });

  it('the walkthrough has five steps, in words without marks of formatting', async () => {
    const { page } = workbench;
    await workbench.runCommand('Welcome: Open Walkthrough');
    await workbench.pick('See what a transformer does with your code');
    const steps = page.locator('.gettingStartedContainer .getting-started-step');
    await steps.nth(4).waitFor();
    assert.equal(await steps.count(), 5);
    for (const step of await steps.all()) {
      await step.click();
      const description = step.locator('.step-description-container');
      await description.first().waitFor();
      assert.doesNotMatch((await description.allTextContents()).join(' '), /[*_`]/);
    }
    await workbench.showTab('Attention: long.ts');
  });

  it('the sidebar lists the models, and a click makes one the model in use', async () => {
    await entry(/Attention Explainer MoE/).click();
    await workbench.panelFrame().locator('.place', { hasText: 'Attention Explainer MoE' }).waitFor();
    assert.equal(await workbench.explained('long.ts'), 'done');
    await entry(/Attention Explainer MoE/)
      .and(workbench.page.locator('[aria-label*="in use"]'))
      .waitFor();
    await section('experts').getByText('parameters were active per token').waitFor();
  });
});
