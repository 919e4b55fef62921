/** Around the panel: the sidebar's lists, another model, the walkthrough. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../scripts/lib/paths.mjs';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const DENSE = 'dense.gguf';

describe('Around the panel', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await sharedWorkbench({ open: 'sample.py' });
    copyFileSync(path.join(root, 'test', 'fixtures', 'models', 'qwen3-f16.gguf'), path.join(workbench.folder, DENSE));
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string): Locator => workbench.panelFrame().locator(`[data-section="${name}"]`);
  const explained = (label: string): Locator => workbench.inSideBar('Explanations', label).first();
  const model = (label: string): Locator => workbench.inSideBar('Models', label).first();

  it('a past explanation is one click away in the sidebar, and comes back in a panel', async () => {
    await workbench.hideSideBar();
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.py'), 'done');
    await workbench.closeAllTabs();
    await workbench.page.locator('.activitybar a[aria-label^="Attention Explainer"]').click();
    await explained('sample.py').click();
    assert.equal(await workbench.explained('sample.py'), 'done');
    await section('text').locator('.token').first().waitFor();
    // What its first sentence tells stands beside it, with the model.
    await explained('sample.py')
      .filter({ hasText: /(expected|sure of) ‘.+’.*· Attention Explainer MoE/ })
      .waitFor();
  });

  it('of a dense model it says that there are no experts, and shows the neurons that answered strongest', async () => {
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    await workbench.pick(DENSE);
    await workbench.page.locator('.statusbar-item', { hasText: 'random weights' }).waitFor();
    await workbench.panelFrame().locator('.place', { hasText: 'random weights' }).waitFor();
    assert.equal(await workbench.explained('sample.py'), 'done');
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
      .locator('h2', { hasText: /Most active neurons for token \d+:\d+/ })
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
    await workbench.showTab('Attention: sample.py');
  });

  it('the sidebar lists the models, and a click makes one the model in use', async () => {
    await model('Attention Explainer MoE').click();
    await workbench.panelFrame().locator('.place', { hasText: 'Attention Explainer MoE' }).waitFor();
    assert.equal(await workbench.explained('sample.py'), 'done');
    await model('Attention Explainer MoE').and(workbench.page.locator('[aria-label*="in use"]')).waitFor();
    await section('experts').getByText('parameters were active per token').waitFor();
  });
});
