/** What the Milestone History keeps: while its panel is hidden, be it for a moment, and when VS Code is started again. */
import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import { startWorkbench, type Workbench } from './driver/workbench';

const LONG_MS = 90_000;
const FILE = 'sample.ts';
const TAB = 'Milestone History';

describe('Milestone History, hidden and started again', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: FILE });
    await workbench.runCommand('Open Milestone History');
    await frame().locator('article').waitFor({ timeout: LONG_MS });
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): FrameLocator => workbench.panelFrame();
  const option = (name: string): Locator => frame().locator(`[data-option="${name}"]`);
  const card = (): Locator => frame().locator('[data-section="card"] tbody');
  const state = (name: string): Promise<void> =>
    frame().locator(`[data-section="experiment"][data-state="${name}"]`).waitFor({ timeout: LONG_MS });
  const entry = async (id: string): Promise<void> => {
    await frame().locator(`.timeline [data-entry="${id}"]`).click();
    await frame().locator(`article[data-entry="${id}"]`).waitFor();
  };
  const set = async (field: Locator, value: string): Promise<void> => {
    await field.fill(value);
    await field.press('Tab');
  };
  const press = (action: 'run' | 'stop'): Promise<void> => frame().locator(`[data-action="${action}"]`).click();
  const hide = (): Promise<void> => workbench.showTab(FILE);
  const show = async (): Promise<void> => {
    await workbench.showTab(TAB);
    await frame().locator('article').waitFor({ timeout: LONG_MS });
  };
  /** Both tabs in so short a time that nobody can tell whether the page was taken down. */
  const flicker = (gapMs: number): Promise<void> =>
    workbench.page.evaluate(
      async ({ names, gap }) => {
        for (const name of names) {
          const tab = [...document.querySelectorAll('.tab')].find((each) => each.textContent?.includes(name));
          for (const type of ['mousedown', 'mouseup', 'click']) {
            tab?.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
          }
          await new Promise((resolve) => setTimeout(resolve, gap));
        }
      },
      { names: [FILE, TAB], gap: gapMs },
    );
  /** VS Code for the web writes what pages keep every few seconds, and no longer when it is closed. */
  const written = async (text: RegExp): Promise<void> => {
    const isThere = (): Promise<boolean> =>
      workbench.page.evaluate(async (source) => {
        const done = <T>(request: IDBRequest<T>): Promise<T> =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error as Error);
          });
        let found = false;
        for (const { name } of await indexedDB.databases()) {
          const database = await done(indexedDB.open(name!));
          for (const store of database.objectStoreNames) {
            const values = await done(database.transaction(store).objectStore(store).getAll());
            found ||= values.some((value) => typeof value === 'string' && new RegExp(source).test(value));
          }
          database.close();
        }
        return found;
      }, text.source);
    for (const deadline = Date.now() + LONG_MS; !(await isThere());) {
      assert.ok(Date.now() < deadline, `VS Code does not keep ${text}`);
      await workbench.page.waitForTimeout(200);
    }
  };
  const run = async (id: string, options: Record<string, string> = {}): Promise<void> => {
    await entry(id);
    for (const [name, label] of Object.entries(options)) await option(name).selectOption({ label });
    await press('run');
    await state('done');
  };
  const WORDS = { 'Start from': 'queen', 'take away': 'woman', add: 'man', 'Identifier of the workspace': 'retry' };
  const word = (label: string): Locator => frame().getByLabel(label, { exact: true });
  const play = (): Locator => frame().locator('[data-section="play"]');
  /** Of a game that the nets began. */
  const position = async (): Promise<string[]> => {
    await play().locator('[data-side="nets"]').nth(1).waitFor({ timeout: LONG_MS });
    await play().getByText('It is your move.').waitFor({ timeout: LONG_MS });
    return play()
      .locator('.go-cell')
      .evaluateAll((cells: HTMLElement[]) => cells.map((cell) => cell.dataset.side!));
  };
  /** What the network sees of the sheet, when it has been asked about it. */
  const drawing = async (): Promise<string> => {
    await frame().locator('[data-fires="true"], [data-fires="false"]').waitFor({ timeout: LONG_MS });
    await workbench.settled();
    return frame()
      .locator('.pad-seen canvas')
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  };
  const left = { answer: '', position: [] as string[], drawing: '' };
  const isAsLeft = async (show: (id: string) => Promise<void>): Promise<void> => {
    await show('cat-neuron');
    assert.equal(await drawing(), left.drawing);
    await show('alphago');
    assert.deepEqual(await position(), left.position);
    assert.equal(await play().locator('select').inputValue(), '16');
    await show('word2vec');
    await frame().locator('.w2v-answer', { hasText: 'words allowed' }).waitFor({ timeout: LONG_MS });
    assert.equal(await frame().locator('.w2v-answer').textContent(), left.answer);
    for (const [label, value] of Object.entries(WORDS)) assert.equal(await word(label).inputValue(), value);
    assert.equal(await word('leave the question’s words out').isChecked(), false);
  };
  /** Only what the host tells changes the state. */
  const hears = async (): Promise<void> => {
    await press('run');
    await state('running');
    await press('stop');
    await state('stopped');
  };

  it('hears its host after it was hidden for a moment, again and again, without and with a run', async () => {
    await set(option('sweeps'), '10000');
    for (const gap of [0, 10, 100, 300]) {
      for (let time = 0; time < 3; time++) await flicker(gap);
      await hears();
    }
    await press('run');
    await state('running');
    for (const gap of [0, 100, 0, 30]) await flicker(gap);
    await state('running');
    await press('stop');
    await state('stopped');
    await flicker(0);
    await hears();
  });

  it('keeps what was set in an experiment’s own view, and asks again what was asked', async () => {
    await entry('tpu');
    await set(option('texts'), '4');
    await press('run');
    await state('done');
    const load = (name: string): Locator => frame().locator(`[data-load="${name}"]`);
    await set(load('users'), '2000000');
    await set(load('minutes'), '7');
    // Left without leaving the field.
    await load('tokensPerMinute').fill('150');
    const array = frame().locator('[data-section="systolic"]');
    await array.locator('select').first().selectOption('3');
    await array.locator('.buttons button').nth(2).click();
    await array.locator('.buttons button').nth(2).click();
    await entry('phil');
    await press('run');
    await state('done');
    await frame().getByLabel('A mistyped identifier of the workspace').fill('retrun');
    await hide();
    await show();
    await frame()
      .getByText(/Did you mean: return/)
      .waitFor({ timeout: LONG_MS });
    await entry('tpu');
    await frame()
      .getByText(/2,000,000 × 7 × 150 ÷/)
      .waitFor({ timeout: LONG_MS });
    assert.equal(await load('users').inputValue(), '2000000');
    assert.match((await array.locator('.array-said').textContent()) ?? '', /^Cycle 2 of 8 /);
  });

  it('keeps the words of an analogy, the position of a game and what was drawn', async () => {
    await entry('word2vec');
    await set(option('words'), '100000');
    await run('word2vec');
    for (const [label, value] of Object.entries(WORDS)) await word(label).fill(value);
    await word('leave the question’s words out').uncheck();
    const answer = frame().locator('.w2v-answer', { hasText: 'queen − woman + man (the question’s words allowed)' });
    await answer.waitFor({ timeout: LONG_MS });
    left.answer = (await answer.textContent())!;

    await run('alphago', { simulations: '16', games: '40' });
    await play().locator('select').selectOption('16');
    await play().locator('[data-go="second"]').click();
    await play().locator('[data-side="nets"]').waitFor({ timeout: LONG_MS });
    await play().locator('[data-column="4"]').click();
    left.position = await position();
    assert.equal(left.position.filter((side) => side === 'you').length, 1);

    await run('cat-neuron', { drawings: '600', largest: '16' });
    const sheet = frame().locator('.pad-sheet');
    await sheet.scrollIntoViewIfNeeded();
    const box = (await sheet.boundingBox())!;
    await workbench.page.mouse.move(box.x + 60, box.y + 50);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(box.x + 170, box.y + 120, { steps: 5 });
    await workbench.page.mouse.move(box.x + 60, box.y + 190, { steps: 5 });
    await workbench.page.mouse.up();
    left.drawing = await drawing();
    await hide();
    await show();
    await isAsLeft(entry);
  });

  it('has entry, settings and numbers when VS Code is started again, and says that the picture is to be run again', async () => {
    await entry('backpropagation');
    await set(option('sweeps'), '200');
    await set(frame().getByLabel('Seed'), '3');
    await press('run');
    await state('done');
    const numbers = await card().textContent();
    await written(/seed[\\"]+:3,[\\"]+card[\\"]+:\{/);
    await workbench.restart();
    await frame().locator('article[data-entry="backpropagation"]').waitFor({ timeout: LONG_MS });
    await state('recalled');
    assert.equal(await option('sweeps').inputValue(), '200');
    assert.equal(await frame().getByLabel('Seed').inputValue(), '3');
    assert.equal(await card().textContent(), numbers);
    assert.match((await frame().locator('[data-section="card"]').textContent()) ?? '', /here, seed 3/);
    await frame()
      .getByText(/Run the experiment again for its picture/)
      .waitFor();
    assert.equal(await frame().locator('.picture').isVisible(), false);
    await press('run');
    await state('done');
    assert.equal(await card().textContent(), numbers);
    await frame().locator('.picture .plot-area').first().waitFor();
  });

  it('says so when a run ended with the window', async () => {
    await set(option('sweeps'), '10000');
    await press('run');
    await state('running');
    await written(/seed[\\"]+:3,[\\"]+card[\\"]+:null/);
    await workbench.restart();
    await state('recalled');
    await frame()
      .getByText(/before the numbers of the last run were kept/)
      .waitFor();
    await hears();
  });

  it('has words, position and drawing when the experiments are run again after that', async () => {
    await isAsLeft(run);
  });
});
