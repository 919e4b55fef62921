/** Pointing, clicking and the keyboard: the views of the page follow each other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { sampleWorkspace } from '../../../scripts/lib/paths.mjs';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('Views that follow each other', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 9, 15));
    page = view.page;
  });
  after(() => view.close());

  const section = (name: string): Locator => view.section(name);
  const title = (name: string, text: string): Promise<void> => section(name).locator('h2', { hasText: text }).waitFor();
  /** The first token with this text. */
  const token = (text: string): Locator => section('text').locator('.token').getByText(text, { exact: true }).first();
  const focused = (text: string): Promise<void> =>
    section('text').locator('.token.focus').getByText(text, { exact: true }).waitFor();
  const head = (layer: number, index: number): Locator =>
    section('heads')
      .locator('[role="gridcell"]')
      .nth(layer * 8 + index);

  it('says first in words what stands out, then shows the text and beside it the heads and the matrix, then the other groups', async () => {
    const order = await page
      .locator('main [data-section], main [role="tablist"]')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.section ?? 'groups'));
    // The first two are seen while something is cut.
    const first = ['interventions', 'changes', 'summary', 'text', 'surprisal', 'rollup', 'live', 'heads'];
    assert.deepEqual(order.slice(0, first.length), first);
    assert.match((await section('summary').locator('.sentence').textContent())!, /\w/);
    assert.ok(order.includes('experts') && order.indexOf('next') > order.indexOf('experts'), order.join());
  });

  it('tells of a place in words that lead there, measured by a cut', async () => {
    const story = page.locator('.story');
    await story.waitFor();
    assert.match((await story.locator('.sentence').textContent())!, /In line \d+ it (expected|was sure of) /);
    assert.match((await story.locator('.info p').textContent())!, /^Measured: .* of \d+ other places/);
  });

  it('keeps one line of groups and the text in sight, however far the page is scrolled', async () => {
    const place = (what: string): Promise<{ top: number; bottom: number }> =>
      page.locator(what).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return { top, bottom };
      });
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
    const [line, text] = [await place('header.top'), await place('[data-section="text"] .tokens')];
    assert.ok(line.top === 0 && line.bottom <= 60, JSON.stringify(line));
    assert.ok(text.top >= line.bottom && text.bottom < 800, JSON.stringify(text));
    await page.evaluate(() => scrollTo(0, 0));
  });

  it('has the text beside what is explored where there is room for both, else above it', async () => {
    const boxes = (): Promise<[DOMRect, DOMRect]> =>
      page.evaluate(() => {
        const box = (what: string): DOMRect =>
          document.querySelector(what)!.getBoundingClientRect().toJSON() as DOMRect;
        return [box('.reading'), box('.explored')];
      });
    const [above, below] = await boxes();
    assert.ok(above.bottom <= below.top, JSON.stringify([above, below]));
    await page.setViewportSize({ width: 1280, height: 800 });
    const [left, right] = await boxes();
    assert.ok(
      left.right <= right.left && left.top < right.bottom && right.top < left.bottom,
      JSON.stringify([left, right]),
    );
    await page.setViewportSize({ width: 620, height: 800 });
  });

  it('draws the selection in its own layout: every line, with its indentation', async () => {
    const file = readFileSync(path.join(sampleWorkspace, 'sample.ts'), 'utf8').split('\n');
    const lines = await section('text')
      .locator('.line')
      .evaluateAll((all) => all.map((one) => [Number((one as HTMLElement).dataset.line), one.textContent!] as const));
    assert.deepEqual(
      lines.map(([number]) => number),
      [9, 10, 11, 12, 13, 14, 15],
    );
    // The first line begins with the token that the model adds.
    for (const [number, text] of lines) assert.ok(text.endsWith(file[number - 1]), `${number}: ${text}`);
  });

  it('shows white space by a thin bar, and words by a tint under their syntax colours too', async () => {
    const drawn = (which: string): Promise<[string, string]> =>
      section('text')
        .locator(which)
        .first()
        .evaluate((one) => {
          const { backgroundColor, borderBlockEndWidth } = getComputedStyle(one);
          return [backgroundColor, borderBlockEndWidth];
        });
    const [white, word] = [await drawn('.token.white.hot'), await drawn('.token.hot:not(.white):not(.added)')];
    assert.deepEqual(white, ['rgba(0, 0, 0, 0)', '2px']);
    assert.equal(word[1], '2px');
    assert.notEqual(word[0], 'rgba(0, 0, 0, 0)');
  });

  it('pointing at a token previews it, clicking locks it', async () => {
    await token('const').hover();
    await focused('const');
    await token('let').hover();
    await focused('let');
    await token('let').click();
    await token('const').hover();
    await section('text').locator('.token.pointed').getByText('const', { exact: true }).waitFor();
    await focused('let');
    await token('let').click();
    await token('const').hover();
    await focused('const');
  });

  it('pointing at a head previews it in the text and the matrix, clicking locks it', async () => {
    await head(0, 3).hover();
    for (const view of ['text', 'matrix']) await title(view, 'layer 0 head 3');
    await head(1, 2).click();
    await section('summary').hover();
    for (const view of ['text', 'matrix']) await title(view, 'layer 1 head 2');
    await head(1, 2).click();
  });

  it('shows tokens in sentences as chips, with their blanks and line breaks, and never in quotes', async () => {
    const about = section('text').locator('.readout .about');
    await section('text').locator('.token.white').last().hover();
    await about.locator('.word', { hasText: /[·⏎→]/ }).waitFor();
    // One that is written from right to left takes nothing beside it along.
    const word = about.locator('.word').first();
    assert.equal(await word.evaluate((chip) => getComputedStyle(chip).unicodeBidi), 'isolate');
    // Line and column first; index and id on hover.
    assert.match((await about.textContent())!, /^token \d+:\d+ ‘.+’/);
    assert.match((await about.getAttribute('title'))!, /^token \d+:\d+ ‘.+’.* \(index \d+, id \d+\)$/);
    // What is measured of an early token is soon there.
    const early = section('text').locator('.token[role="option"]').nth(6);
    await early.click();
    for (const name of ['attention', 'edges', 'receipts', 'roles', 'rollup', 'experts', 'predictions']) {
      await view.openTab(name);
      await view.complete();
      const quotes = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const parent = node.parentElement!;
          if (parent.closest('.only-read-out, .tokens, svg') || !parent.checkVisibility()) continue;
          if (/[‘]/.test(node.textContent!)) found.push(node.textContent!);
        }
        return found;
      });
      assert.deepEqual(quotes, [], name);
    }
    await view.openTab('attention');
    await early.click();
  });

  it('can be gone through by keyboard alone: tokens, heads, locks, and Escape lets go', async () => {
    const { keyboard } = page;
    // What scrolls under a pointer at rest is pointed at.
    await page.mouse.move(1, 1);
    const list = section('text').locator('[role="listbox"]');
    for (let presses = 0; !(await list.evaluate((one) => one === document.activeElement)); presses++) {
      assert.ok(presses < 40, 'Tab never reaches the tokens');
      await keyboard.press('Tab');
    }
    await keyboard.press('Home');
    const first = (await section('text').locator('.token.active').textContent())!;
    await keyboard.press('ArrowRight');
    const second = (await section('text').locator('.token.active').textContent())!;
    assert.notEqual(second, first);
    const locked = section('text').locator('.tokens.locked');
    if (await locked.count()) await keyboard.press('Escape');
    await locked.waitFor({ state: 'detached' });
    await keyboard.press('Enter');
    await locked.waitFor();
    await keyboard.press('Escape');
    await locked.waitFor({ state: 'detached' });
    const grid = section('heads').locator('[role="grid"]');
    for (let presses = 0; !(await grid.evaluate((one) => one === document.activeElement)); presses++) {
      assert.ok(presses < 40, 'Tab never reaches the heads');
      await keyboard.press('Tab');
    }
    await keyboard.press('Home');
    for (let layer = 0; layer < 6; layer++) await keyboard.press('ArrowUp');
    await title('matrix', 'layer 0 head 0');
    await keyboard.press('ArrowRight');
    await keyboard.press('ArrowDown');
    await title('matrix', 'layer 1 head 1');
  });

  it('tells the host which token is pointed at, and no longer when none is', async () => {
    const last = (): unknown => view.told.filter(({ name }) => name === 'mark').at(-1)?.params;
    const until = async (marks: (params: unknown) => boolean): Promise<void> => {
      for (const deadline = Date.now() + 10_000; !marks(last()); await page.waitForTimeout(20))
        assert.ok(Date.now() < deadline, JSON.stringify(last()));
    };
    const number = Number(await token('const').getAttribute('data-token'));
    await token('const').hover();
    await until((params) => (params as { token: number }).token === number);
    await section('provenance').hover();
    await until((params) => (params as { token: null }).token === null);
  });
});
