/** What is told of where numbers come from, and what units and colours of a text may not do to it. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { THEMES, type Theme } from '../../ui/driver/asAsked';
import { openExplained, type Explained } from '../driver/explained';

/** Lines of very different lengths, and names that are little more than a line at their foot. */
const TEXT = [
  '_a = _b',
  'def first_of(_items, _fallback=None): return _items[0] if len(_items) > 0 else _fallback',
  '__x = first_of(_a, _b)',
  'print(__x)',
  '',
].join('\n');

describe('Origin, units and colours of a text', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.py', text: TEXT });
    await view.complete();
  });
  after(() => view.close());

  const fact = (name: string): Locator => view.section('provenance').locator(`dt:text-is("${name}") + dd`);

  it('the context is the file’s word; what the model was trained on is told apart, where it is known', async () => {
    await view.section('provenance').locator('summary').click();
    assert.equal(await fact('Context, as the file says').textContent(), '8,192 tokens');
    assert.equal(await fact('Trained on').textContent(), 'not known: this model is none of the extension’s own');
    const training = { on: 'code; <b>55.8M</b> tokens', context: 1024 };
    await view.rpc.call('event', { kind: 'hash', sha256: 'ab'.repeat(32), training });
    await fact('Trained on').filter({ hasText: 'code;' }).waitFor();
    assert.equal(await fact('Trained on').textContent(), 'code; <b>55.8M</b> tokens; on texts of up to 1,024 tokens');
    assert.equal(await fact('Context, as the file says').textContent(), '8,192 tokens');
  });

  it('a text that is longer than those that the model was trained on is said to be, and no other', async () => {
    const far = view.page.locator('.notice.far');
    const trainedOn = (context: number) =>
      view.rpc.call('event', { kind: 'hash', sha256: 'ab'.repeat(32), training: { on: 'code', context } });
    const count = await view.section('text').locator('.token').count();
    await trainedOn(count + 1);
    await fact('Trained on')
      .filter({ hasText: `up to ${count + 1} tokens` })
      .waitFor();
    assert.equal(await far.isVisible(), false);
    await trainedOn(16);
    await far.waitFor();
    assert.match(await far.innerText(), /texts of up to 16 tokens, and \d+ are explained:/);
  });

  it('by lines: nothing behind the query has a colour, and a line’s weight is that for each of its tokens', async () => {
    const { page } = view;
    await view.openTab('rollup');
    const rollup = view.section('rollup');
    const tokens = rollup.locator('.token[role="option"]');
    // In the middle of the longest line.
    const query = 25;
    await tokens.nth(query).click();
    await page.mouse.move(0, 0);
    await rollup.locator('select').nth(1).selectOption('line');
    await rollup.locator(`.token.focus[data-token="${query}"]`).first().waitFor();
    await rollup.locator('h2', { hasText: /from token \d+:\d+ / }).waitFor();
    await view.complete();
    const hot = await tokens.evaluateAll((all) =>
      all.flatMap((one, at) => (one.classList.contains('hot') && one.textContent.trim() !== '' ? [at] : [])),
    );
    assert.ok(hot.length > 10 && Math.max(...hot) <= query, hot.join());
    const { views } = JSON.parse(
      String((await view.rpc.call('exported', { format: 'json', view: 'rollup' }))!.content),
    ) as { views: { rows: [string, number, number, number][] }[] };
    const { rows } = views[0];
    assert.equal(
      rows.reduce((count, [, seen]) => count + seen, 0),
      query + 1,
    );
    rows.forEach(([line, seen, each, sum], at) => {
      assert.ok(Math.abs(each * seen - sum) < 1e-9, line);
      if (at > 0) assert.ok(each <= rows[at - 1][2], `${line} stands below one of less for each token`);
    });
    // The long line has the most in all, and is not first by it.
    const bySum = rows.toSorted((a, b) => b[3] - a[3]);
    assert.ok(bySum[0][1] > rows[0][1] && bySum[0][0] !== rows[0][0], JSON.stringify(rows));
  });

  for (const theme of Object.keys(THEMES) as Theme[]) {
    it(`“_” and all else is read on the strongest colour as on none, ${theme}`, async () => {
      await view.setTheme(theme);
      await view.openTab('predictions');
      await view.complete();
      const contrasts = await view
        .section('surprisal')
        .locator('.token.hot')
        .evaluateAll((all) => {
          const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d')!;
          // One colour over another, as the browser lays them.
          const painted = (...colors: string[]): number[] => {
            for (const color of colors) {
              context.fillStyle = color;
              context.fillRect(0, 0, 1, 1);
            }
            return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const luminance = (rgb: number[]): number => {
            const [r, g, b] = rgb.map((one) => {
              const share = one / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const page = getComputedStyle(document.body).backgroundColor;
          return all.flatMap((one) => {
            if (!one.textContent.includes('_')) return [];
            const { color, backgroundColor } = getComputedStyle(one);
            const [ink, paper] = [painted(color), painted(page, backgroundColor)].map(luminance);
            return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
          });
        });
      assert.ok(contrasts.length > 5, `${contrasts.length} tokens`);
      assert.ok(Math.min(...contrasts) >= 4.5, contrasts.map((one) => one.toFixed(1)).join());
    });
  }

  it('computed anew is said only after an edit that something was taken over from', async () => {
    const { page } = view;
    assert.match((await fact('Explained').textContent())!, /^\d+ tokens$/);
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('.live textarea').fill(TEXT.replace('print(__x)', 'print(__x, _a)'));
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('__x, _a'));
    await page.locator('#app[data-state="done"]').waitFor();
    await view.complete();
    assert.match(
      (await fact('Explained').textContent())!,
      /^\d+ tokens; \d computed, the others taken over from a text that begins alike$/,
    );
  });
});
