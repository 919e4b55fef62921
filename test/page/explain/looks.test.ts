/** What the eye finds: surfaces, sizes of text, one clear choice, named heads, ranked roles, curves over the text, few notes. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('What the eye finds', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 8, 19), { theme: 'light' });
    page = view.page;
    await view.complete();
  });
  after(() => view.close());

  it('every section has a surface of its own, in light, dark and high contrast', async () => {
    for (const theme of ['light', 'dark', 'contrast'] as const) {
      await view.setTheme(theme);
      const bare = await page.evaluate(() => {
        const page = getComputedStyle(document.body).backgroundColor;
        return [...document.querySelectorAll<HTMLElement>('main section.view')]
          .filter((section) => section.checkVisibility())
          .filter((section) => {
            const { backgroundColor, borderTopWidth, borderTopStyle } = getComputedStyle(section);
            const edged = borderTopStyle !== 'none' && parseFloat(borderTopWidth) > 0;
            return !edged && (backgroundColor === page || backgroundColor === 'rgba(0, 0, 0, 0)');
          })
          .map(({ dataset }) => dataset.section);
      });
      assert.deepEqual(bare, [], theme);
    }
    await view.setTheme('light');
  });

  it('running text has two sizes, beside the first sentence and the titles', async () => {
    for (const tab of ['attention', 'edges', 'roles', 'predictions']) {
      await view.openTab(tab);
      await view.complete();
      const sizes = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main :is(p, summary, label, .words)')]
          .filter((one) => one.checkVisibility() && !one.matches('.sentence, .tokens *, .story *, .info > summary'))
          .map((one) => getComputedStyle(one).fontSize),
      );
      assert.ok(new Set(sizes).size <= 2, `${tab}: ${[...new Set(sizes)].join()}`);
    }
  });

  it('grey notes stand behind ⓘ: a section shows two of them at most', async () => {
    for (const tab of ['attention', 'edges', 'roles', 'rollup', 'experts', 'predictions']) {
      await view.openTab(tab);
      await view.complete();
      const many = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('main section.view')].flatMap((section) => {
          const seen = [...section.querySelectorAll<HTMLElement>('p.hint')].filter((one) => one.checkVisibility());
          return section.checkVisibility() && seen.length > 2 ? [`${section.dataset.section}: ${seen.length}`] : [];
        }),
      );
      assert.deepEqual(many, [], tab);
    }
  });

  it('what is chosen is told from the rest by a line of two pixels, in light too', async () => {
    await view.openTab('attention');
    const drawn = (what: string, line: 'outline' | 'border-bottom'): Promise<[number, string]> =>
      page
        .locator(what)
        .first()
        .evaluate((one, name) => {
          const style = getComputedStyle(one);
          return [parseFloat(style.getPropertyValue(`${name}-width`)), style.getPropertyValue(`${name}-color`)];
        }, line);
    const [cell, tab] = [
      await drawn('.head-cell.chosen', 'outline'),
      await drawn('[role="tab"][aria-selected="true"]', 'border-bottom'),
    ];
    assert.ok(cell[0] >= 2 && tab[0] >= 2, JSON.stringify([cell, tab]));
    const [, other] = await drawn('[role="tab"][aria-selected="false"]', 'border-bottom');
    assert.equal(other, 'rgba(0, 0, 0, 0)');
    assert.notEqual(tab[1], other);
  });

  it('every head’s cell has its name; one that does something has role and score', async () => {
    const cells = await page.locator('.head-cell').evaluateAll((all) =>
      all.map((one) => ({
        name: one.querySelector<HTMLElement>('.cell-name')!.dataset.mark,
        role: one.querySelector<HTMLElement>('.cell-role')!.dataset.mark,
        score: one.querySelector<HTMLElement>('.cell-score')!.dataset.mark,
      })),
    );
    assert.equal(cells.length, 48);
    assert.ok(cells.every(({ name }, i) => name === `L${Math.floor(i / 8)}H${i % 8}`));
    const named = cells.filter(({ role }) => role);
    assert.ok(named.length >= 3 && named.every(({ score }) => /^\d+%$/.test(score!)), JSON.stringify(named));
  });

  it('roles are ranked, each with what its threshold and its baseline are', async () => {
    await view.openTab('roles');
    await view.complete();
    const tracks = await page
      .locator('.role .track')
      .evaluateAll((all) => all.map((one) => [...one.querySelectorAll('.tick')].map(({ classList }) => classList[1])));
    assert.ok(tracks.length >= 5, `${tracks.length} roles have a head`);
    for (const ticks of tracks) assert.deepEqual(ticks, ['baseline', 'threshold']);
  });

  it('curves are drawn over the text from what was read to the place', async () => {
    await view.openTab('edges');
    await view.complete();
    const over = page.locator('.over-text');
    assert.ok((await over.locator('.over-curve').count()) >= 3);
    assert.ok((await over.locator('.over-line').count()) >= 2);
  });
});
