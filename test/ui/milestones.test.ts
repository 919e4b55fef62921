/** The Milestone History as a person uses it: opens, reads, runs, stops, comes back. */
import assert from 'node:assert/strict';
import type { FrameLocator, Locator } from 'playwright-core';
import { axeViolations } from './driver/axe';
import { cutOff, inNarrowColumn } from './driver/narrow';
import { startWorkbench, type Workbench } from './driver/workbench';

const LONG_MS = 60_000;

describe('Milestone History', () => {
  let workbench: Workbench;
  before(async () => (workbench = await startWorkbench({ open: 'sample.ts' })));
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): FrameLocator => workbench.panelFrame();
  const section = (): Locator => frame().locator('[data-section="experiment"]');
  const inState = (state: string): Promise<void> =>
    frame().locator(`[data-section="experiment"][data-state="${state}"]`).waitFor({ timeout: LONG_MS });
  const openEntry = async (id: string): Promise<void> => {
    await frame().locator(`.timeline [data-entry="${id}"]`).click();
    await frame().locator(`article[data-entry="${id}"]`).waitFor();
  };

  async function run(sweeps: number): Promise<string> {
    await frame().locator('[data-option="sweeps"]').fill(String(sweeps));
    await frame().locator('[data-option="sweeps"]').press('Tab');
    await section().locator('[data-action="run"]').click();
    await inState('running');
    await inState('done');
    return (await frame().locator('[data-section="card"] tbody').textContent()) ?? '';
  }

  it('opens with a story, verdicts and an experiment that was not run yet: its picture is of a run of ours', async () => {
    await workbench.runCommand('Open Milestone History');
    await frame().locator('article[data-entry="backpropagation"]').waitFor({ timeout: LONG_MS });
    assert.match((await frame().locator('.story').textContent()) ?? '', /Rumelhart/);
    assert.ok((await frame().locator('article .claim').count()) >= 2);
    await section().getByText('A run of ours, with seed 1.').waitFor({ timeout: LONG_MS });
    assert.ok((await section().locator('.picture .plot-line').count()) >= 4);
    assert.match((await frame().locator('[data-section="card"]').textContent()) ?? '', /1,425.*5 seeds/s);
    assert.deepEqual(await axeViolations(workbench), []);
  });

  it('runs the experiment: picture and card; the same seed gives the same numbers', async () => {
    const first = await run(200);
    assert.ok((await section().locator('.plot-line').count()) >= 4);
    assert.match(first, /nets solved with backpropagation/);
    assert.equal(await run(200), first);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });

  it('says no longer that the picture is of ours', async () => {
    assert.equal(await section().getByText('A run of ours').isVisible(), false);
  });

  it('has the picture’s numbers as a table', async () => {
    await section().locator('summary').first().click();
    const table = section().locator('.table-body table').first();
    await table.waitFor();
    assert.ok((await table.locator('tbody tr').count()) > 10);
  });

  it('stops at once and says nothing false', async () => {
    await frame().locator('[data-option="sweeps"]').fill('10000');
    await frame().locator('[data-option="sweeps"]').press('Tab');
    await section().locator('[data-action="run"]').click();
    await inState('running');
    await section().locator('[data-action="stop"]').click();
    await inState('stopped');
    assert.doesNotMatch((await frame().locator('[data-section="card"]').textContent()) ?? '', /here, seed/);
  });

  it('every entry with an experiment has a picture before it is run, or when a run was stopped before its own', async () => {
    const ids = await frame()
      .locator('.timeline [data-entry]:has(.live)')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.entry!));
    assert.ok(ids.length > 10);
    for (const id of ids) {
      await openEntry(id);
      await section().getByText('A run of ours').waitFor({ timeout: LONG_MS });
      await section().locator('.picture :is(.plot-area, canvas):visible').first().waitFor({ timeout: LONG_MS });
    }
  });

  it('has a story for every entry, an experiment where one is marked, and nothing cut off in a narrow column', async () => {
    const ids = await frame()
      .locator('.timeline [data-entry]')
      .evaluateAll((entries: HTMLElement[]) => entries.map((each) => each.dataset.entry!));
    assert.ok(ids.length >= 20);
    const marked: string[] = [];
    await inNarrowColumn(workbench, async (standing) => {
      for (const id of ids) {
        await openEntry(id);
        assert.ok((await frame().locator('.story p').count()) >= 3, id);
        const live = await frame().locator(`.timeline [data-entry="${id}"] .live`).count();
        assert.equal(await section().count(), live, id);
        if (live > 0) {
          marked.push(id);
          await section().getByText('A run of ours').waitFor({ timeout: LONG_MS });
        }
        assert.deepEqual(await standing(), [], id);
      }
    });
    assert.ok(marked.includes('backpropagation') && marked.length >= 12, marked.join());
  });

  it('goes by the keyboard: arrows in the timeline, Enter opens, the title has the focus', async () => {
    await frame().locator('.timeline [aria-current]').focus();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    await frame().locator('article[data-entry="phil"]').waitFor();
    assert.equal(await frame().locator('#entry-title:focus').count(), 1);
  });

  it('keeps the place while it is hidden', async () => {
    await workbench.openFile('sample.ts');
    await workbench.runCommand('Open Milestone History');
    await frame().locator('article[data-entry="phil"]').waitFor({ timeout: LONG_MS });
  });

  it('TPU: rounds the model, reads the workspace, measures; a systolic array is stepped by keys; the sum follows', async () => {
    await openEntry('tpu');
    await frame().locator('[data-option="texts"]').fill('4');
    await frame().locator('[data-option="texts"]').press('Tab');
    await section().locator('[data-action="run"]').click();
    await inState('running');
    await inState('done');
    assert.match((await frame().locator('[data-section="card"] tbody').textContent()) ?? '', /router flips by int4/);
    assert.ok((await section().locator('.plot-bar').count()) >= 12);
    const array = frame().locator('[data-section="systolic"]');
    assert.match((await array.locator('.array-said').textContent()) ?? '', /Cycle 0 of 10 .*0 of 16 sums/);
    await array.locator('button').nth(2).click();
    assert.match((await array.locator('.array-said').textContent()) ?? '', /Cycle 1 of 10 .*1 of 16 cells/);
    await workbench.page.keyboard.press('End');
    assert.match((await array.locator('.array-said').textContent()) ?? '', /Cycle 10 of 10 .*16 of 16 sums/);
    await array.locator('summary').click();
    await array.locator('.table-body tbody tr').first().waitFor();
    assert.equal(await array.locator('.table-body tbody tr').count(), 16);
    await array.locator('select').first().selectOption('2');
    assert.match((await array.locator('.array-said').textContent()) ?? '', /Cycle 0 of 6 /);
    const capacity = frame().locator('[data-section="capacity"]');
    const before = await capacity.locator('[role="status"]').textContent();
    assert.match(before ?? '', /1,000,000 × 3 × 200 ÷/);
    await capacity.locator('[data-load="users"]').fill('2000000');
    await capacity.locator('[data-load="users"]').press('Tab');
    assert.match((await capacity.locator('[role="status"]').textContent()) ?? '', /2,000,000 × 3 × 200 ÷/);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
  });

  it('lists the verdicts, filters them, and leads to the entry', async () => {
    await frame().getByText('Verdicts', { exact: true }).click();
    await frame().locator('[data-verdict="wrong"]').click();
    const list = frame().locator('[data-section="verdicts"] .claim');
    const wrong = await list.count();
    assert.ok(wrong > 3);
    assert.equal(await frame().locator('[data-section="verdicts"] .verdict.wrong').count(), wrong);
    assert.deepEqual(await axeViolations(workbench), []);
    assert.deepEqual(await cutOff(workbench), []);
    await frame().locator('[data-section="verdicts"] input').fill('showing of deep learning');
    await list.nth(1).waitFor({ state: 'detached' });
    await list.locator('button').click();
    await frame().locator('article[data-entry="machine-translation"]').waitFor();
  });
});
