/** Imported chains of thought of many steps: read in parts, played, divided otherwise, their receiver heads. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import type { ReasoningSteps } from '../../ui/driver/reasoningSteps';
import { axeIn } from '../../ui/driver/axe';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';
import { cutOff } from '../driver/narrow';

const STEPS = 64;

const MANY = `<think>\n${Array.from({ length: STEPS }, (_, i) => {
  return `In step ${i + 1} we take ${i} of them and add ${i + 2} more, so that ${i} + ${i + 2} = ${2 * i + 2}.`;
}).join('\n')}\n</think>\nThe answer is ${2 * STEPS}.\n`;
const TWO = ['2 + 2 = 4\nIt is 4.\n#### 4', '5 + 1 = 6\nIt is 7 - 1 = 6.\n#### 6']
  .map((answer, i) => JSON.stringify({ question: `Question ${i + 1}?`, answer }))
  .join('\n');
const LIST = '1. 2+2=4\n2. 4*2=8\nThe answer is 8.\n';
/** Many more than a page can hold rows; as short as steps are. */
const HUGE = 20_000;
const huge = (): string => Array.from({ length: HUGE }, (_, i) => `Step ${i + 1} takes one.`).join('\n');
/** The second sum is wrong. */
const WRONG =
  '<think>\nAnn has 5 pens. She buys 3 more: 5 + 3 = 8.\nThen she gives 2 away: 8 - 2 = 5.\nSo 5 are left.\n</think>\n5\n';
/** One wrong sum, far down. */
const FAR = MANY.replace('60 + 62 = 122', '60 + 62 = 123');
const BROKEN = '{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}\n';
const FEW = '<think>\nFirst 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.\nSix it is.\n</think>\n6\n';

describe('An imported chain of thought', () => {
  let view: ChainOfThought;
  let page: Page;
  let steps: ReasoningSteps;
  before(async () => {
    view = await openChainOfThought();
    ({ page, steps } = view);
  });
  after(() => view.close());

  const section = (name: string): Locator => steps.section(name);
  const place = (words: string | RegExp): Promise<void> => steps.at(words);
  const press = (key: string): Promise<void> => steps.press(key);
  const texts = (): Promise<string[]> => steps.all.locator('.body').allTextContents();
  /** Rows follow a frame behind what is asked for. */
  const become = async (expected: string[]): Promise<void> => {
    for (let frames = 0; frames < 100 && !isDeepStrictEqual(await texts(), expected); frames++) await view.settled();
    assert.deepEqual(await texts(), expected);
  };
  const imported = async (file: string): Promise<void> => {
    await section('answer').locator('.place', { hasText: file }).waitFor();
    await steps.look();
  };
  const opened = async (file: string, text: string): Promise<void> => {
    await view.text(file, text);
    await imported(file);
  };

  /** Below the toolbar, within the list and the page, and it stays there. */
  const untilInSight = (one: Locator): Promise<void> =>
    one.evaluate(async (element) => {
      const isSeen = (): boolean => {
        const { top, bottom } = element.getBoundingClientRect();
        const list = element.closest('.steps')!.getBoundingClientRect();
        const bar = document.querySelector('.toolbar')!.getBoundingClientRect();
        return top >= Math.max(bar.bottom, list.top) && bottom <= Math.min(innerHeight, list.bottom);
      };
      const frame = (): Promise<number> => new Promise(requestAnimationFrame);
      for (let frames = 0, seen = 0; seen < 5; frames++) {
        if (frames > 120) throw new Error('The step is not in sight.');
        await frame();
        seen = isSeen() ? seen + 1 : 0;
      }
    });
  const unasked = (): Locator => section('branches').getByText('This trace has no question');

  const window = (words: RegExp): Promise<void> => section('answer').locator('.window', { hasText: words }).waitFor();

  it('longer than the model looks back over: the chunk in view is read, which is said', async () => {
    await opened('many.txt', MANY);
    await steps.all.nth(STEPS - 1).waitFor({ state: 'attached' });
    assert.equal(await steps.all.count(), STEPS);
    await unasked().waitFor();
    await window(
      /^At most 1024 tokens are read at once, so it is read in [2-5] chunks, each with the latest steps before it in sight\. Read so far: 1; on show is chunk 1, steps 1 to [1-7]\d\.$/,
    );
    await press('End');
    await place(`Step ${STEPS} of ${STEPS}`);
    await window(/Read so far: 2; on show is chunk [2-5], steps \d\d to 64\.$/);
    await steps.state('done');
    await section('detail').locator('.bars li').nth(1).waitFor();
    await steps.all
      .nth(STEPS - 1)
      .locator('.token')
      .nth(3)
      .waitFor();
  });

  it('its curve goes on to the last step, and says what was in sight there', async () => {
    const figure = section('figure');
    await figure.getByText(/After step [1-7]\d only the latest steps are in sight, at most 1024 tokens/).waitFor();
    await figure.locator('.point.here').waitFor({ state: 'attached' });
    // As many points as steps in view, up to the last.
    await figure.locator(`.dot[data-step="${STEPS - 1}"]`).waitFor({ state: 'attached' });
    const [points, dots] = [figure.locator('.point'), figure.locator('.dot[data-step]')];
    await points.nth((await dots.count()) - 1).waitFor({ state: 'attached' });
  });

  it('its picture names the steps in view, no question where there is none, and no two names touch', async () => {
    const names = section('figure').locator('.tick[text-anchor="middle"], .tick[text-anchor="start"]');
    await names.getByText(String(STEPS), { exact: true }).waitFor();
    const found = await names.evaluateAll((labels) =>
      labels.map((label) => {
        const { left, right } = label.getBoundingClientRect();
        return { words: label.textContent, left, right };
      }),
    );
    const words = found.map((label) => label.words).join();
    assert.match(words, /^[1-5]\d(,\d\d)+,64$/);
    found.forEach(({ left }, i) => assert.ok(i === 0 || left > found[i - 1].right, words));
  });

  it('rows out of sight are not laid out', async () => {
    await page.locator('.steps').scrollIntoViewIfNeeded();
    // The browser decides with its next frame which are in sight.
    await page.waitForFunction((all) => {
      const inside = [...document.querySelectorAll('.steps .step .body')];
      const visible = inside.filter((body) => body.checkVisibility({ contentVisibilityAuto: true })).length;
      return visible > 0 && visible < all;
    }, STEPS);
  });

  it('reads its other chunks, too, where one asks for it: then all of its steps have arcs, surprise and a curve', async () => {
    const looked = section('looked');
    // What it will take is said before it is asked for.
    const readOn = looked.getByText(/Read the other (?:chunk|\d chunks), too: about \d+ (?:s|min)/);
    await readOn.click();
    await window(/in sight\. All were read\.$/);
    await steps.state('done');
    await readOn.waitFor({ state: 'hidden' });
    const figure = section('figure');
    for (const step of [0, 40, STEPS - 1])
      await figure.locator(`.dot[data-step="${step}"]`).waitFor({ state: 'attached' });
    assert.equal(await figure.locator('.point').count(), STEPS + 1, 'a point of the curve before and after every step');
  });

  it('a step that lies too far down to be cut is not cut, which is said', async () => {
    await section('ablation').getByText('Cut it').click();
    const message = steps.alert;
    await message.waitFor();
    assert.match((await message.textContent())!, /Step \d+ ends at token \d{4}; at most 1024 are read at once/);
    await message
      .getByText('Close')
      .or(message.getByRole('button', { name: 'Close' }))
      .first()
      .click();
  });

  it('plays on from step to step, and pauses', async () => {
    await page.clock.install();
    await press('Home');
    await place(`Step 1 of ${STEPS}`);
    await press('Space');
    await section('toolbar').getByRole('button', { name: 'Pause' }).waitFor();
    await place(/^Step [345] of/);
    await press('Space');
    await section('toolbar').getByRole('button', { name: 'Play' }).waitFor();
    const stopped = await steps.position();
    // Longer than a step is on show.
    await page.clock.runFor(5000);
    assert.equal(await steps.position(), stopped);
    await page.clock.resume();
  });

  it('shows its receiver heads, narrowest first, each with its matrix', async () => {
    await section('receivers').locator('summary').first().click();
    const chips = section('receivers').locator('.chip');
    await chips.nth(5).waitFor();
    const said = (await chips.allTextContents()).map(
      (text) => /^layer \d+, head \d+: [\d.<]+% to step (\d+)$/.exec(text)?.[1],
    );
    assert.ok(said.every((step) => step !== undefined), said.join()); // prettier-ignore
    await section('receivers').getByText(`Most looked at: step ${said[0]} `).waitFor();
    const matrix = section('receivers').getByRole('img', { name: /Step by step matrix of the head/ });
    await matrix.waitFor();
    await section('receivers')
      .getByRole('img', { name: /^Colours run from 0% to/ })
      .waitFor();
    const pixels = (): Promise<string> => matrix.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const first = await pixels();
    await chips.nth(1).click();
    await section('receivers')
      .locator('.chip[aria-pressed="true"]', { hasText: (await chips.nth(1).textContent())! })
      .waitFor();
    for (let frames = 0; frames < 100 && (await pixels()) === first; frames++) await view.settled();
    assert.notEqual(await pixels(), first);
  });

  it('is divided as one chooses: after each sum, into lines, or by hand', async () => {
    await opened('few.txt', FEW);
    await become(['First 5 + 3 = 8, then 8 - 2 = 6.', 'So 6 are left.', 'Six it is.']);
    const into = section('steps').getByLabel('Divided into');
    await into.selectOption('sums');
    await become(['First 5 + 3 = 8,', 'then 8 - 2 = 6.', 'So 6 are left.', 'Six it is.']);
    await into.selectOption('lines');
    await become(['First 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.', 'Six it is.']);
    await press('End');
    await place('Step 2 of 2');
    await section('branches').getByText('Join to the step before').click();
    await become(['First 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.\nSix it is.']);
    assert.equal(await into.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0].text), 'by hand');
  });

  it('its beginning has no colours where no question stands before it: it surprises every reader; what follows has', async () => {
    const whose = (words: RegExp): Promise<void> => section('steps').locator('.hint', { hasText: words }).waitFor();
    const coloured = (step: number): Locator => steps.all.nth(step).locator('.token');
    await opened('few.txt', FEW);
    await place('Step 1 of 3');
    await whose(/^No colours for the beginning of a text without a question/);
    assert.equal(await coloured(0).count(), 0);
    await press('ArrowDown');
    await whose(/^Colour: surprisal of each token, by the model that read it\.$/);
    await coloured(1).nth(3).waitFor();
    await opened('asked.txt', `Ann has 5 pens and gets 3 more, then gives 2 away. How many are left?\n${FEW}`);
    await press('Home');
    await place('Step 1 of 3');
    await whose(/^Colour: surprisal of each token/);
    // With a question before it, it says something of the step.
    await coloured(0).nth(3).waitFor();
  });

  it('a numbered list that is selected is stepped through, not solved', async () => {
    await opened('list.txt', LIST);
    assert.deepEqual(await steps.all.locator('.number').allTextContents(), ['', ''], 'numbered once');
    await become(['1. 2+2=4', '2. 4*2=8\nThe answer is 8.']);
    await press('End');
    await place('Step 2 of 2');
  });

  it('of 20,000 steps: only rows in sight are in the page, and keys, words and assistive programs reach all', async () => {
    await view.file('huge.txt', huge(), 0);
    await section('answer').locator('.place', { hasText: 'huge.txt' }).waitFor();
    const list = page.locator('.steps');
    const row = (step: number): Locator => list.locator(`#step-${step - 1}`);
    const selected = async (step: number): Promise<void> => {
      await place(`Step ${step} of ${HUGE}`);
      await row(step)
        .and(list.locator(`[aria-selected="true"][aria-setsize="${HUGE}"]`))
        .waitFor();
      assert.equal(await row(step).getAttribute('aria-posinset'), String(step));
      assert.equal(await list.getAttribute('aria-activedescendant'), `step-${step - 1}`);
      const [outer, inner] = [await list.boundingBox(), await row(step).boundingBox()];
      assert.ok(inner!.y >= outer!.y - 1 && inner!.y + inner!.height <= outer!.y + outer!.height + 1, `step ${step}`);
      assert.ok((await steps.all.count()) < 400, `${await steps.all.count()} rows`);
    };
    await selected(1);
    await press('End');
    await selected(HUGE);
    await press('ArrowUp');
    await selected(HUGE - 1);
    // By the wheel to the middle, where a row is clicked.
    await list.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
    const middle = steps.all.filter({ hasText: /Step (?:9|10)\d{3} takes/ });
    await middle.first().waitFor();
    const inSight = await list.evaluate((box) => {
      const { top, bottom } = box.getBoundingClientRect();
      const rows = [...box.querySelectorAll<HTMLElement>('.step')];
      return rows.find((one) => one.getBoundingClientRect().top > (top + bottom) / 2)!.id;
    });
    await list.locator(`#${inSight}`).click();
    await selected(Number(inSight.slice('step-'.length)) + 1);
    const words = section('steps').getByLabel('Find in the steps');
    await words.fill('step 12345 takes');
    await section('steps').getByText(`1 of ${HUGE}`).waitFor();
    // The count stands there before the rows are drawn again.
    await list.locator('.step[aria-setsize="1"]').waitFor();
    assert.equal(await steps.all.count(), 1);
    await words.press('Enter');
    await place(`Step 12345 of ${HUGE}`);
    await words.fill('');
    await selected(12_345);
    const cells = section('steps').locator('.minimap .cell');
    assert.ok((await cells.count()) <= 240);
  });

  it('comes from a file, and one of several in it is chosen', async () => {
    await view.file('answers.jsonl', TWO, 1);
    await imported('answers.jsonl');
    await become(['5 + 1 = 6', 'It is 7 - 1 = 6.', '#### 6']);
    assert.equal(await section('answer').locator('.question').textContent(), 'Question 2?');
    assert.ok(!(await unasked().isVisible()));
  });

  it('jumps to the wrong sum by a key, and says what is right', async () => {
    await opened('wrong.txt', WRONG);
    assert.match((await section('answer').textContent())!, /First wrong sum: step \d+, .*; it is /);
    await press('e');
    await place(/^Step 3 of/);
    const wrong = page.locator('.step[aria-selected="true"] .sum.wrong');
    assert.equal(await wrong.getAttribute('aria-label'), '8 - 2 = 5: wrong, it is 6');
    await opened('far.txt', FAR);
    await section('toolbar').getByRole('button', { name: 'Jump to error' }).click();
    await place(/^Step 61 of/);
    await untilInSight(wrong);
    assert.equal(await section('toolbar').locator('.said').textContent(), '');
    await press('e');
    const said = section('toolbar').locator('.said');
    await said.filter({ hasText: 'That was the last wrong sum: from the first again.' }).waitFor();
    assert.deepEqual(await axeIn(page.mainFrame()), []);
    assert.deepEqual(await cutOff(view), []);
  });

  it('of a broken one it is said by line and column where it is broken; what was there stays', async () => {
    await view.text('broken.json', BROKEN);
    await steps.alert.filter({ hasText: /line 3, column 21/ }).waitFor();
    assert.ok((await steps.all.count()) > 2);
  });
});

describe('What a model makes of an imported chain of thought', () => {
  it('is left where it is cancelled, and goes on where it is asked for again', async () => {
    const view = await openChainOfThought();
    const { steps } = view;
    const looked = steps.section('looked');
    view.held.add('read');
    await view.text('few.txt', FEW);
    await looked.locator('summary').first().click();
    const reading = looked.locator('.reading');
    await reading.getByText('Cancel').click();
    await reading.waitFor({ state: 'hidden' });
    await steps.state('done');
    assert.equal(await looked.getAttribute('open'), null);
    assert.equal(await steps.alert.isVisible(), false);
    view.held.delete('read');
    await looked.locator('summary').first().click();
    // The first has no colours, however it was read.
    await steps.press('ArrowDown');
    await steps.all.nth(1).locator('.token').nth(3).waitFor();
    await view.close();
  });
});
