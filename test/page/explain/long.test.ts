/** A text that is longer than the page is wide and high: pooled weights, what is in sight, limits. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('A long text', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('long.ts', 1, 120));
    page = view.page;
  });
  after(() => view.close());

  const section = (name: string): Locator => view.section(name);

  it('pools a long text’s weights by their largest or by their mean, as the person says, and states it', async () => {
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
      await page.waitForTimeout(100);
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
      await page.waitForTimeout(100);
    }
    await page.locator('[data-tab="experts"]').click();
    const lanes = section('expert-report').locator('.strip');
    for (const deadline = Date.now() + 30_000; (await lanes.evaluate((strip) => strip.scrollLeft)) === 0;) {
      assert.ok(Date.now() < deadline, 'the lanes stay at the first token');
      await page.waitForTimeout(100);
    }
    await page.locator('[data-tab="attention"]').click();
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
      await page.keyboard.press('+');
      await matrix.getByText(`Each cell shows the largest of ${side} × ${side} weights.`).waitFor();
    }
    await page.keyboard.press('+');
    await matrix.getByText('Each cell shows').waitFor({ state: 'hidden' });
    await page.keyboard.press('ArrowLeft');
    await matrix.locator('.readout', { hasText: /\d+:\d+ → \d+:\d+/ }).waitFor();
    await page.keyboard.press('0');
    await matrix.getByText(`Each cell shows the largest of ${pool} × ${pool} weights.`).waitFor();
  });

  it('attention flow says where its limit is; rollout has none', async () => {
    // Not the one that the first sentence is about, which may lie before the limit.
    await section('text').locator('.token[role="option"]').last().click();
    await page.locator('[data-tab="rollup"]').click();
    const rollup = section('rollup');
    await rollup.locator('select').first().selectOption('flow');
    await rollup.getByText(/Attention flow is computed for the first 256 tokens only/).waitFor({ timeout: 90_000 });
    await rollup.locator('select').first().selectOption('rollout');
    await rollup.getByText(/^Most weight: .* with [\d.]+%/).waitFor({ timeout: 90_000 });
    await page.locator('[data-tab="attention"]').click();
  });
});
