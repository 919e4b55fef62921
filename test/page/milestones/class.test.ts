/** An entry before a class: presented one thing at a time, and on a sheet of paper. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { axeIn } from '../../ui/driver/axe';
import { openHistory, type History } from '../driver/history';
import { cutOff, inNarrowColumn } from '../driver/narrow';
import { SEEN_IN } from '../driver/seenIn';

describe('Milestone History before a class', () => {
  let view: History;
  let page: Page;
  before(async () => {
    view = await openHistory({ shorter: { backpropagation: { sweeps: 1600 } } });
    ({ page } = view);
    await view.steps.shown();
  });
  after(() => view.close());

  const toggle = () => page.locator('[data-present="toggle"]');
  const isPresented = async (): Promise<boolean> => (await toggle().getAttribute('aria-pressed')) === 'true';
  const present = async (): Promise<void> => void ((await isPresented()) || (await toggle().click()));
  /** Shows the whole entry. */
  async function leave(): Promise<void> {
    if (await isPresented()) await page.keyboard.press('Escape');
    await view.steps.open('backpropagation');
  }
  const haveRun = (): Promise<void> => view.steps.haveRun('backpropagation', { sweeps: '200' });
  /** Of the last sheet; the page says when it was handed over, and may still say so of the one before. */
  async function saved(press: () => Promise<void>): Promise<History['sheets'][number]> {
    const before = view.sheets.length;
    await press();
    for (const deadline = Date.now() + 5000; view.sheets.length === before && Date.now() < deadline;)
      await view.settled();
    assert.equal(view.sheets.length, before + 1);
    return view.sheets.at(-1)!;
  }
  const place = async (): Promise<string> => (await page.locator('.presenter-bar .hint').textContent())!;
  /** What of these is on show. */
  const seen = (): Promise<string[]> =>
    page.evaluate(() =>
      Object.entries({
        lede: '.lede',
        story: '.story p',
        claim: '.claim',
        finding: '.finding',
        picture: '.picture',
        card: '[data-section="card"]',
        timeline: '.timeline',
        controls: '.controls',
        tabs: '.head vscode-radio-group',
      }).flatMap(([name, at]) =>
        [...document.querySelectorAll(at)].filter((each) => each.checkVisibility()).length > 0 ? [name] : [],
      ),
    );

  it('is presented one thing a screen: arrow keys go on and back, Escape leaves, the place is read out', async () => {
    await leave();
    const size = await page.locator('.lede').evaluate((lede) => parseFloat(getComputedStyle(lede).fontSize));
    await toggle().focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await seen(), ['lede']);
    assert.equal(await toggle().getAttribute('aria-pressed'), 'true');
    assert.equal(await page.locator('#entry-title:focus').count(), 1);
    const large = await page.locator('.lede').evaluate((lede) => parseFloat(getComputedStyle(lede).fontSize));
    assert.ok(large >= 1.4 * size, `${large} against ${size}`);
    const screens = Number(/of (\d+)/.exec(await place())![1]);
    const shown: string[] = [(await seen()).join()];
    for (let at = 2; at <= screens; at++) {
      await page.keyboard.press('ArrowRight');
      assert.match(await place(), new RegExp(`^${at} of ${screens}: `));
      assert.equal(await page.locator('[role="status"].only-read-out').first().textContent(), await place());
      shown.push((await seen()).join());
      assert.ok(
        (await page.locator('.claim').evaluateAll((all) => all.filter((a) => a.checkVisibility()))).length <= 1,
      );
    }
    assert.deepEqual([...new Set(shown)], ['lede', 'story', 'claim', 'finding,picture', 'card']);
    await page.keyboard.press('ArrowRight');
    assert.match(await place(), new RegExp(`^${screens} of`));
    await page.keyboard.press('ArrowLeft');
    assert.deepEqual(await seen(), ['finding', 'picture']);
    await page.keyboard.press('Escape');
    for (const part of ['timeline', 'controls', 'tabs', 'card', 'claim'])
      assert.ok((await seen()).includes(part), part);
    assert.equal(await page.locator('[data-present="toggle"]:focus').count(), 1);
  });

  it('can be run while it is presented, is sound in every theme, and nothing is cut off', async () => {
    await leave();
    await present();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await view.steps.run();
    assert.deepEqual(await seen(), ['finding', 'picture']);
    for (const theme of SEEN_IN) {
      await view.setTheme(theme);
      for (const key of ['Home', 'ArrowRight', 'End', 'ArrowLeft']) {
        await page.keyboard.press(key);
        // Of a theme's colours no other rule knows.
        const rules = theme === 'dark' ? undefined : ['color-contrast'];
        assert.deepEqual(await axeIn(page.mainFrame(), { rules }), [], `${theme} ${key}`);
      }
    }
    await view.setTheme('dark');
    await inNarrowColumn(view, async (standing) => {
      for (let at = 0; at < 20 && !/^1 of/.test(await place()); at++) {
        assert.deepEqual(await standing(), [], await place());
        await page.keyboard.press('ArrowLeft');
      }
      assert.deepEqual(await standing(), []);
    });
  });

  it('goes on where it was when its panel is seen again', async () => {
    await present();
    await page.keyboard.press('Home');
    await page.locator('[data-present="on"]').click();
    const before = await place();
    await view.reload();
    await view.steps.shown();
    assert.equal(await place(), before);
    assert.deepEqual(await seen(), ['story']);
    await page.keyboard.press('Escape');
  });

  it('asks for a prediction first: hides the outcome until the run is done, then both stand together', async () => {
    await leave();
    const toggle = page.locator('[data-action="predict"]');
    await toggle.click();
    for (const part of ['finding', 'picture', 'card', 'story', 'claim'])
      assert.ok(!(await seen()).includes(part), part);
    assert.deepEqual(await axeIn(page.mainFrame()), []);
    await page.getByRole('radio', { name: 'nets solved by random trials' }).press('Space');
    await view.reload();
    await view.steps.shown();
    assert.equal(await page.getByRole('radio', { name: 'nets solved by random trials' }).isChecked(), true);
    assert.deepEqual(await cutOff(view), []);
    await view.steps.run();
    const told = (await page.locator('[data-section="predicted"]').textContent())!;
    assert.match(
      told,
      /^You predicted: nets solved by random trials\. In your run the largest is: nets solved with backpropagation, \d/,
    );
    for (const part of ['finding', 'picture', 'card', 'story', 'claim']) assert.ok((await seen()).includes(part), part);
    await toggle.click();
    await page.locator('[data-action="reveal"]').click();
    assert.equal(await page.locator('[data-section="predicted"]').isVisible(), false);
    assert.ok((await seen()).includes('finding'));
  });

  it('lets the curve be drawn, by keys and by mouse: kept, and afterwards beside what was measured', async () => {
    await leave();
    await page.locator('[data-action="predict"]').click();
    assert.equal(await page.locator('.thumbnail:visible').count(), 0);
    const points = page.locator('[data-section="expected"] [role="slider"]');
    const last = points.last();
    const height = async (point = points.first()): Promise<number> => Number(await point.getAttribute('aria-valuenow'));
    await points.first().focus();
    const before = await height();
    for (const key of ['ArrowUp', 'PageUp', 'ArrowRight', 'ArrowLeft', 'ArrowDown']) await page.keyboard.press(key);
    assert.ok((await height()) > before);
    assert.equal(await points.first().evaluate((point) => point === document.activeElement), true);
    assert.match((await points.first().getAttribute('aria-valuetext'))!, /^\d+%$/);
    assert.deepEqual(await axeIn(page.mainFrame()), []);
    const box = (await page.locator('.expected-area').boundingBox())!;
    await last.scrollIntoViewIfNeeded();
    const to = (await last.boundingBox())!;
    const from = (await points.nth(4).boundingBox())!;
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y - 40, { steps: 4 });
    await page.mouse.up();
    assert.ok(box.height > 100 && (await height(last)) > (await height(points.nth(4))));
    const drawn = await height(last);
    await view.reload();
    await view.steps.shown();
    assert.equal(await height(last), drawn);
    assert.deepEqual(await cutOff(view), []);
    await page.locator('[data-action="reveal"]').click();
    const outcome = page.locator('[data-section="expected-outcome"]');
    await outcome.locator('.plot-line').nth(1).waitFor({ state: 'attached' });
    assert.match(
      (await page.locator('[data-section="predicted"]').textContent())!,
      /Your curve lies \d+\.\d points from the measured one on average\./,
    );
    assert.ok((await page.locator('.thumbnail:visible').count()) > 10);
    await page.locator('[data-action="predict"]').click();
    assert.equal(await outcome.isVisible(), false);
    await page.locator('[data-action="reveal"]').click();
    assert.equal(await outcome.isVisible(), false);
  });

  it('has a sheet: the claims to be ticked without their verdicts, our numbers with seeds, the verdicts on another page', async () => {
    await leave();
    await haveRun();
    const { title, content } = await saved(() => page.locator('[data-action="sheet"]').click());
    await page.waitForFunction(() => document.querySelector('.only-read-out')?.textContent === 'Saved.');
    assert.equal(title, '1986 Backpropagation');
    const [front, answers] = content.split('class="answers"');
    assert.match(front, /The paper’s number/);
    assert.match(front, /here, seed 1/);
    assert.match(front, /Seeds of the checked numbers: 1, 2, 3, 4, 5/);
    assert.match(front, /Seed of the run here: 1/);
    assert.equal(front.match(/☐ holds/g)!.length, answers.match(/<span class="verdict/g)!.length);
    assert.doesNotMatch(front, /class="verdict|Rumelhart/);
    assert.match(answers, /Rumelhart/);
    // Nothing to press or to load on paper.
    assert.doesNotMatch(content, /<button|<script|<img|src=/);
  });

  it('has a sheet in both languages: each whole, this page’s first', async () => {
    await leave();
    const { content } = await saved(() => page.locator('[data-action="sheet-both"]').click());
    const [head, english, chinese] = content.split('<main');
    assert.match(head, /<html lang="en">/);
    assert.match(english, /^ lang="en">/);
    assert.match(chinese, /^ lang="zh-CN">/);
    for (const words of [
      'Judge for yourself',
      '☐ partly',
      'Our numbers',
      'nets solved with backpropagation',
      'After judging',
    ])
      assert.ok(english.includes(words) && !chinese.includes(words), words);
    for (const words of ['请你判断', '☐ 部分属实', '我们的数字', '用反向传播学会的网络', '判断之后'])
      assert.ok(chinese.includes(words) && !english.includes(words), words);
    assert.equal(await page.locator('#entry-title').textContent(), 'Backpropagation');
  });

  it('has the bundled model’s hash on the sheet of an experiment that runs it', async () => {
    await leave();
    await view.steps.open('chatgpt');
    const { content } = await saved(() => page.locator('[data-action="sheet"]').click());
    assert.match(content, /SHA-256: <code>[0-9a-f]{64}<\/code>/);
  });
});

describe('里程碑历史，课堂', () => {
  it('is presented and printed in Chinese', async () => {
    const view = await openHistory({ language: 'zh-cn' });
    const { page, steps } = view;
    await steps.shown();
    await page.getByRole('button', { name: '演示' }).click();
    assert.match((await page.locator('.presenter-bar .hint').textContent())!, /^第 1 屏，共 \d+ 屏：是什么$/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '保存学习单……' }).click();
    for (const deadline = Date.now() + 5000; view.sheets.length < 1 && Date.now() < deadline;) await view.settled();
    const { title, content } = view.sheets.at(-1)!;
    assert.equal(title, '1986 反向传播');
    assert.match(content, /<html lang="zh-CN">/);
    for (const words of ['请你判断', '☐ 部分属实', '我们的数字', '判断之后']) assert.ok(content.includes(words), words);
    assert.doesNotMatch(content, /Judge for|The paper’s number|Seeds of/);
    await page.getByRole('button', { name: '中英双语学习单……' }).click();
    for (const deadline = Date.now() + 5000; view.sheets.length < 2 && Date.now() < deadline;) await view.settled();
    const [, first, second] = view.sheets.at(-1)!.content.split('<main');
    assert.ok(first.includes('请你判断') && !first.includes('Judge for yourself'));
    assert.ok(second.includes('Judge for yourself') && second.includes('nets solved with backpropagation'));
    assert.doesNotMatch(second.replace(/<q>.*?<\/q>/g, ''), /\p{Script=Han}/u);
    await view.close();
  });
});
