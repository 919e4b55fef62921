/** Imported chains of thought of many steps: read in parts, played, divided otherwise, their receiver heads. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startWorkbench, type Workbench } from './driver/workbench';

const TITLE = 'Step Through Chain of Thought';
const WAIT = 60_000;
const STEPS = 80;

const MANY = `<think>\n${Array.from({ length: STEPS }, (_, i) => {
  return `In step ${i + 1} we take ${i} of them and add ${i + 2} more, so that ${i} + ${i + 2} = ${2 * i + 2}.`;
}).join('\n')}\n</think>\nThe answer is ${2 * STEPS}.\n`;
const TWO = ['2 + 2 = 4\nIt is 4.\n#### 4', '5 + 1 = 6\nIt is 7 - 1 = 6.\n#### 6']
  .map((answer, i) => JSON.stringify({ question: `Question ${i + 1}?`, answer }))
  .join('\n');
const LIST = '1. 2+2=4\n2. 4*2=8\nThe answer is 8.\n';
/** As short as steps are, and as long as a file may be. */
const HUGE = 200_000;
const huge = (): string => Array.from({ length: HUGE }, (_, i) => `Step ${i + 1} takes one.`).join('\n');
const longest = (): string => 'We have 12 + 13 = 25, so the next one is larger than 4 * 6 = 25.\n'.repeat(480_000);
const FEW = '<think>\nFirst 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.\nSix it is.\n</think>\n6\n';
const WRONG = '<think>\nFirst 4 + 4 = 8.\nThen 466 - 66 = 390.\nSo 390 + 1 = 391.\n</think>\n391\n';

describe('An imported chain of thought', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({
      open: 'many.txt',
      files: {
        'many.txt': MANY,
        'few.txt': FEW,
        'list.txt': LIST,
        'answers.jsonl': TWO,
        'wrong.txt': WRONG,
        'huge.txt': huge(),
        'longest.txt': longest(),
      },
    });
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string) => workbench.panelFrame().locator(`[data-section="${name}"]`);
  const steps = () => workbench.panelFrame().locator('.step');
  const place = (words: string | RegExp): Promise<void> =>
    section('toolbar').locator('.place', { hasText: words }).waitFor({ timeout: WAIT });
  const opened = async (file: string): Promise<void> => {
    await workbench.openFile(file);
    await workbench.selectAll();
    await workbench.runCommand(TITLE);
    await imported(file);
  };
  const imported = async (file: string): Promise<void> => {
    await workbench.page.locator('.tab.active', { hasText: `Chain of Thought: ${file}` }).waitFor({ timeout: WAIT });
    // The panel before it is on show for a moment longer.
    await section('answer').locator('.place', { hasText: file }).waitFor({ timeout: WAIT });
    // What a model makes of it is asked for.
    const looked = section('looked');
    if ((await looked.getAttribute('open')) === null) await looked.locator('summary').first().click();
    await workbench.panelFrame().locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
  };
  const press = async (key: string): Promise<void> => {
    await workbench.panelFrame().locator('.steps').focus();
    await workbench.page.keyboard.press(key);
  };

  const unasked = (): Locator => section('branches').getByText('This trace has no question');

  it('longer than the model looks back over: the part in view is read, which is said', async () => {
    await opened('many.txt');
    assert.equal(await steps().count(), STEPS);
    await unasked().waitFor({ timeout: WAIT });
    const window = (words: RegExp): Promise<void> =>
      section('answer').locator('.window', { hasText: words }).waitFor({ timeout: WAIT });
    await window(/^At most 1024 tokens are read at once: of 80 steps, 1 to [1-7]\d were read\.$/);
    await press('End');
    await place(`Step ${STEPS} of ${STEPS}`);
    await window(/of 80 steps, \d\d to 80 were read/);
    await workbench.panelFrame().locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
    await section('detail').locator('.bars li').nth(1).waitFor({ timeout: WAIT });
    assert.ok(
      (await steps()
        .nth(STEPS - 1)
        .locator('.token')
        .count()) > 3,
    );
  });

  it('its curve goes on to the last step, and says what was in sight there', async () => {
    const figure = section('figure');
    await figure.getByText(/After step [1-7]\d only the latest steps are in sight, at most 1024 tokens/).waitFor();
    await figure.locator('.point.here').waitFor({ state: 'attached', timeout: WAIT });
    // As many points as steps in view, up to the last.
    await figure.locator(`.dot[data-step="${STEPS - 1}"]`).waitFor({ state: 'attached' });
    const [points, dots] = [figure.locator('.point'), figure.locator('.dot[data-step]')];
    await points.nth((await dots.count()) - 1).waitFor({ state: 'attached', timeout: WAIT });
  });

  it('its picture names the steps in view, no question where there is none, and no two names touch', async () => {
    const names = section('figure').locator('.tick[text-anchor="middle"], .tick[text-anchor="start"]');
    await names.getByText(String(STEPS), { exact: true }).waitFor({ timeout: WAIT });
    const found = await names.evaluateAll((labels) =>
      labels.map((label) => {
        const { left, right } = label.getBoundingClientRect();
        return { words: label.textContent, left, right };
      }),
    );
    const words = found.map((label) => label.words).join();
    assert.match(words, /^[2-7]\d(,\d\d)+,80$/);
    found.forEach(({ left }, i) => assert.ok(i === 0 || left > found[i - 1].right, words));
  });

  it('rows out of sight are not laid out', async () => {
    await workbench.panelFrame().locator('.steps').scrollIntoViewIfNeeded();
    const visible = await workbench
      .panelFrame()
      .locator('.steps')
      .evaluate((list) => {
        const inside = [...list.querySelectorAll('.step .body')];
        return inside.filter((body) => body.checkVisibility({ contentVisibilityAuto: true })).length;
      });
    assert.ok(visible > 0 && visible < STEPS, `${visible} of ${STEPS} rows`);
  });

  it('a step that lies too far down to be cut is not cut, which is said', async () => {
    await section('worth').getByText('Cut it').click();
    const message = workbench.panelFrame().getByRole('alert');
    await message.waitFor({ timeout: WAIT });
    assert.match(
      (await message.textContent())!,
      /At most 1024 tokens are read at once, .* takes \d{4}\. Take an earlier/,
    );
    await message
      .getByText('Close')
      .or(message.getByRole('button', { name: 'Close' }))
      .first()
      .click();
  });

  it('plays on from step to step, and pauses', async () => {
    await press('Home');
    await place(`Step 1 of ${STEPS}`);
    await press('Space');
    await section('toolbar').getByRole('button', { name: 'Pause' }).waitFor({ timeout: WAIT });
    await place(/^Step [345] of/);
    await press('Space');
    await section('toolbar').getByRole('button', { name: 'Play' }).waitFor({ timeout: WAIT });
    const stopped = await section('toolbar').locator('.place').textContent();
    // Longer than a step is on show.
    await workbench.page.waitForTimeout(2000);
    assert.equal(await section('toolbar').locator('.place').textContent(), stopped);
  });

  it('shows its receiver heads, narrowest first, each with its matrix', async () => {
    await section('receivers').locator('summary').first().click();
    const chips = section('receivers').locator('.chip');
    await chips.nth(5).waitFor({ timeout: WAIT });
    const kurtosis = (await chips.allTextContents()).map((text) => Number(text.split(': ')[1].replace('−', '-')));
    assert.deepEqual(
      kurtosis,
      [...kurtosis].sort((a, b) => b - a),
    );
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
    assert.notEqual(await pixels(), first);
  });

  it('is divided as one chooses: after each sum, into lines, or by hand', async () => {
    await opened('few.txt');
    assert.deepEqual(await steps().locator('.body').allTextContents(), [
      'First 5 + 3 = 8, then 8 - 2 = 6.',
      'So 6 are left.',
      'Six it is.',
    ]);
    const into = section('steps').getByLabel('Divided into');
    const texts = async (expected: string[]): Promise<void> => {
      await steps().nth(expected.length).waitFor({ state: 'detached', timeout: WAIT });
      await steps()
        .nth(expected.length - 1)
        .waitFor({ timeout: WAIT });
      assert.deepEqual(await steps().locator('.body').allTextContents(), expected);
    };
    await into.selectOption('sums');
    await texts(['First 5 + 3 = 8,', 'then 8 - 2 = 6.', 'So 6 are left.', 'Six it is.']);
    await into.selectOption('lines');
    await texts(['First 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.', 'Six it is.']);
    await press('End');
    await place('Step 2 of 2');
    await section('branches').getByText('Join to the step before').click();
    await texts(['First 5 + 3 = 8, then 8 - 2 = 6. So 6 are left.\nSix it is.']);
    assert.equal(await into.evaluate((select) => (select as HTMLSelectElement).selectedOptions[0].text), 'by hand');
  });

  it('a numbered list that is selected is stepped through, not solved', async () => {
    await opened('list.txt');
    assert.deepEqual(await steps().locator('.body').allTextContents(), ['1. 2+2=4', '2. 4*2=8\nThe answer is 8.']);
    await press('End');
    await place('Step 2 of 2');
  });

  it('of 200,000 steps: only rows in sight are in the page, and keys, words and assistive programs reach all', async () => {
    await workbench.runCommand('Import Reasoning Trace…');
    await workbench.pick('huge.txt');
    const answer = section('answer').locator('.place', { hasText: 'huge.txt' });
    await answer.waitFor({ timeout: 3 * WAIT });
    const list = workbench.panelFrame().locator('.steps');
    const row = (step: number): Locator => list.locator(`#step-${step - 1}`);
    const selected = async (step: number): Promise<void> => {
      await place(`Step ${step} of ${HUGE}`);
      await row(step).and(list.locator('[aria-selected="true"]')).waitFor({ timeout: WAIT });
      assert.equal(await row(step).getAttribute('aria-setsize'), String(HUGE));
      assert.equal(await row(step).getAttribute('aria-posinset'), String(step));
      assert.equal(await list.getAttribute('aria-activedescendant'), `step-${step - 1}`);
      const [outer, inner] = [await list.boundingBox(), await row(step).boundingBox()];
      assert.ok(inner!.y >= outer!.y - 1 && inner!.y + inner!.height <= outer!.y + outer!.height + 1, `step ${step}`);
      assert.ok((await steps().count()) < 400, `${await steps().count()} rows`);
    };
    await selected(1);
    await press('End');
    await selected(HUGE);
    await press('ArrowUp');
    await selected(HUGE - 1);
    // By the wheel to the middle, where a row is clicked.
    await list.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
    const middle = steps().filter({ hasText: /Step (?:9|10)\d{4} takes/ });
    await middle.first().waitFor({ timeout: WAIT });
    const inSight = await list.evaluate((box) => {
      const { top, bottom } = box.getBoundingClientRect();
      const rows = [...box.querySelectorAll<HTMLElement>('.step')];
      return rows.find((one) => one.getBoundingClientRect().top > (top + bottom) / 2)!.id;
    });
    await list.locator(`#${inSight}`).click();
    await selected(Number(inSight.slice('step-'.length)) + 1);
    const words = section('steps').getByLabel('Find in the steps');
    await words.fill('step 123456 takes');
    await section('steps').getByText(`1 of ${HUGE}`).waitFor({ timeout: WAIT });
    assert.equal(await steps().count(), 1);
    assert.equal(await steps().first().getAttribute('aria-setsize'), '1');
    await words.press('Enter');
    await place(`Step 123456 of ${HUGE}`);
    await words.fill('');
    await selected(123_456);
    const cells = section('steps').locator('.minimap .cell');
    assert.ok((await cells.count()) <= 240);
  });

  it('a long file says how far its reading is, and is left at once when it is cancelled', async () => {
    await section('start').locator('summary').click();
    await section('start').getByText('Import a trace…').click();
    await workbench.pick('longest.txt');
    const busy = section('status').locator('.busy');
    await busy.getByText(/^Reading the text: \d+ %$/).waitFor({ timeout: WAIT });
    const began = performance.now();
    await busy.getByText('Cancel').click();
    await busy.waitFor({ state: 'hidden', timeout: WAIT });
    assert.ok(performance.now() - began < 3000, `${performance.now() - began} ms`);
    // What was on show is still there.
    await section('answer').locator('.place', { hasText: 'huge.txt' }).waitFor({ timeout: WAIT });
    assert.equal(await workbench.panelFrame().getByRole('alert').isVisible(), false);
  });

  it('comes from a file, and one of several in it is chosen', async () => {
    await workbench.runCommand('Import Reasoning Trace…');
    // The workbench's own file dialog, which begins in the workspace.
    await workbench.pick('answers.jsonl');
    await workbench.pick('Question 2?');
    await imported('answers.jsonl');
    assert.deepEqual(await steps().locator('.body').allTextContents(), ['5 + 1 = 6', 'It is 7 - 1 = 6.', '#### 6']);
    assert.equal(await section('answer').locator('.question').textContent(), 'Question 2?');
    assert.ok(!(await unasked().isVisible()));
  });

  it('an open transcript with nothing selected offers to be read; its steps are shown in it, and its wrong sums marked', async () => {
    await workbench.openFile('wrong.txt');
    await workbench.runCommand(TITLE);
    const offer = section('selection');
    await offer.getByText('Nothing is selected. wrong.txt, which is open, holds a chain').waitFor({ timeout: WAIT });
    await offer.getByText('Read it as a chain of thought').click();
    await section('answer')
      .getByText(/First wrong sum: step 2/)
      .waitFor({ timeout: WAIT });
    await workbench.page.locator('.editor-group-container .squiggly-warning').first().waitFor({ timeout: WAIT });
    await steps().nth(1).locator('.body').click();
    await workbench.page.locator('.monaco-editor .selected-text').first().waitFor({ state: 'attached', timeout: WAIT });
  });
});
