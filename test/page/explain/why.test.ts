/** “Why this token?” in the panel: parts for and against that add up, drawn over the text, one click from head, expert and alternative. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('Why this token?', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 8, 19), { viewport: { width: 1280, height: 900 } });
    page = view.page;
    await view.openTab('edges');
    await view.section('text').locator('.token[role="option"]').nth(40).click();
    await title(/^Why .+ and not .+\? After /).waitFor();
    await view.complete();
  });
  after(() => view.close());

  const why = (): Locator => view.section('why');
  const title = (words: RegExp): Locator => why().locator('h2', { hasText: words });
  const numbers = (which: string): Promise<number[]> =>
    why()
      .locator(`[data-reading="${which}"] .number`)
      .evaluateAll((all) => all.map((one) => Number(one.textContent.replace('−', '-').replace('+', ''))));

  it('says how the parts add up, and what rounding leaves; for and against stand apart', async () => {
    const sentence = (await why().locator('p.words').textContent())!;
    const [, difference, size, left] =
      /a difference of ([-+\d.]+) logits, made of parts of ([\d.]+) in all; rounding leaves ([-+\d.]+)\./.exec(
        sentence,
      )!;
    assert.ok(Math.abs(Number(left)) < 0.02 * Number(size), sentence);
    await why().locator('.twin summary').click();
    const rows = why().locator('tbody tr');
    await rows.first().waitFor();
    const exported = await view.rpc.call('exported', { format: 'json', view: 'why' });
    const { views } = JSON.parse(String(exported!.content)) as {
      views: { columns: string[]; rows: (string | number)[][] }[];
    };
    const effects = views[0].rows.map((row) => row.find((cell) => typeof cell === 'number') as number);
    const sum = effects.reduce((all, effect) => all + effect, 0);
    assert.ok(Math.abs(sum - Number(difference)) < 0.02, `${sum} is not ${difference}`);
    const [pro, contra] = [await numbers('for'), await numbers('against')];
    assert.ok(pro.length > 2 && pro.every((effect) => effect > 0), pro.join());
    assert.ok(contra.length > 2 && contra.every((effect) => effect < 0), contra.join());
  });

  it('is called what it is, a direct effect that was not cut', async () => {
    await why().locator('.info summary').click();
    await why().locator('.info', { hasText: 'This is the direct effect, not cut' }).waitFor();
    await why().locator('.info summary').click();
  });

  it('is drawn over the text in its layout, with both ends in sight', async () => {
    const over = why().locator('.over-text');
    const [curves, lines] = [await over.locator('.over-curve').count(), await over.locator('.over-line').count()];
    assert.ok(curves >= 3 && lines >= 2, `${curves} curves over ${lines} lines`);
    const isWithin = await over.evaluate((box) => {
      const all = box.getBoundingClientRect();
      return [...box.querySelectorAll('.over-curve')].every((curve) => {
        const { left, right, top, bottom } = curve.getBoundingClientRect();
        return left >= all.left - 1 && right <= all.right + 1 && top >= all.top - 1 && bottom <= all.bottom + 1;
      });
    });
    assert.ok(isWithin, 'a curve ends out of sight');
  });

  it('one click leads from a part to its head, and to its expert', async () => {
    const named = (pattern: RegExp): Locator => why().locator('button.label', { hasText: pattern }).first();
    const [, layer, head] = /^L(\d+)H(\d+)/.exec((await named(/^L\d+H\d+/).textContent())!)!;
    await named(/^L\d+H\d+/).click();
    await view
      .section('text')
      .locator('h2', { hasText: `layer ${layer} head ${head}` })
      .waitFor();
    await named(/^L\d+E\d+/).click();
    await page.locator('[role="tab"][data-tab="experts"][aria-selected="true"]').waitFor();
    await view.openTab('edges');
  });

  it('compares with any token that is typed', async () => {
    await why().locator('input').fill(' await');
    await why().locator('input').press('Enter');
    await title(/and not ‘·?a\S*’\?/).waitFor();
  });
});
