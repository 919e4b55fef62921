/** The Milestone History's page as a person uses it: opens, reads, runs, stops, comes back. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { axeIn } from '../../ui/driver/axe';
import type { MilestoneSteps } from '../../ui/driver/milestoneSteps';
import { assertPictures, openHistory, type History } from '../driver/history';
import { cutOff, inNarrowColumn } from '../driver/narrow';

describe('Milestone History', () => {
  let view: History;
  let page: Page;
  let steps: MilestoneSteps;
  before(async () => {
    view = await openHistory();
    ({ page, steps } = view);
    await steps.shown();
  });
  after(() => view.close());

  const ids = (which = '.timeline [data-entry]'): Promise<string[]> =>
    page.locator(which).evaluateAll((entries: HTMLElement[]) => entries.map((each) => each.dataset.entry!));
  const violations = (): Promise<string[]> => axeIn(page.mainFrame());
  const expectValue = async (option: string, value: string): Promise<void> => {
    await page.waitForFunction(
      ([name, wanted]) => document.querySelector<HTMLInputElement>(`[data-option="${name}"]`)?.value === wanted,
      [option, value],
    );
  };
  const ours = () => steps.experiment.getByText('A run of ours');
  const numbers = async (): Promise<string> => (await steps.card.locator('tbody').textContent())!;
  /** Of a short run, which is quick. */
  async function runAgain(): Promise<string> {
    await steps.set('sweeps', '200');
    await steps.run();
    return numbers();
  }
  const haveRun = (): Promise<void> => steps.haveRun('backpropagation', { sweeps: '200' });
  /** A run that is under way, and will be for long. */
  async function startLongRun(): Promise<void> {
    await steps.open('backpropagation');
    await steps.set('sweeps', '10000');
    await steps.start();
  }
  /** No entry has a run of its own: what one had goes with a run that is stopped. */
  async function haveNone(): Promise<void> {
    await startLongRun();
    await steps.stop();
    await steps.open('tpu');
  }

  it('opens with a story, verdicts and an experiment that was not run yet: its picture is of a run of ours', async () => {
    await steps.shown('backpropagation');
    assert.match((await page.locator('.story').textContent())!, /Rumelhart/);
    assert.ok((await page.locator('article .claim').count()) >= 2);
    // Whose retelling each is.
    assert.match((await page.locator('article .claim').first().textContent())!, /commonly said/);
    await steps.experiment.getByText('A run of ours, with seed 1.').waitFor();
    await steps.picture.locator('.plot-area .plot-line').nth(3).waitFor({ state: 'attached' });
    assert.match((await steps.card.textContent())!, /1,425.*5 seeds/s);
    assert.deepEqual(await violations(), []);
  });

  it('runs the experiment: picture and card; the same seed gives the same numbers', async () => {
    await steps.open('backpropagation');
    const first = await runAgain();
    assert.ok((await steps.experiment.locator('.plot-line').count()) >= 4);
    assert.match(first, /nets solved with backpropagation/);
    assert.equal(await runAgain(), first);
    assert.deepEqual(await violations(), []);
    assert.deepEqual(await cutOff(view), []);
  });

  it('keeps what was found while another experiment is started', async () => {
    await haveRun();
    const before = await numbers();
    await steps.open('word2vec');
    await steps.start();
    await steps.stop();
    await steps.open('backpropagation');
    assert.match((await steps.card.textContent())!, /here, seed 1/);
    assert.equal(await numbers(), before);
  });

  it('is set as a link says, where that could be set, and gives the same link', async () => {
    view.follow({ id: 'backpropagation', seed: 3, options: { sweeps: '400', nothing: '1' } });
    await expectValue('sweeps', '400');
    view.follow({ id: 'backpropagation', options: { sweeps: '99999999' } });
    await expectValue('sweeps', '400');
    await steps.press('link');
    await steps.experiment.getByRole('button', { name: 'Copied' }).waitFor();
    await steps.set('sweeps', '250');
    await expectValue('sweeps', '200');
    assert.match(view.links.at(-1)!, /^\/milestones\/backpropagation\?seed=3&.*o\.sweeps=400/);
    view.follow({ id: 'backpropagation', seed: 1 });
  });

  it('says no longer that the picture is of ours', async () => {
    await haveRun();
    await ours().waitFor({ state: 'hidden' });
  });

  it('has the numbers of its curves as a table', async () => {
    await haveRun();
    await steps.picture.locator('summary', { hasText: 'Show as table' }).click();
    const rows = steps.picture.locator('.table-body tr');
    await rows.nth(50).waitFor();
    const cells = (row: number): Promise<string[]> => rows.nth(row).locator('th, td').allTextContents();
    assert.deepEqual(await cells(0), ['budget (sweeps’ worth of passes)', 'with backpropagation', 'same gradient, one weight at a time', 'random changes, kept if better', 'only the output is taught']); // prettier-ignore
    assert.deepEqual(await cells(1), ['0', '50% (worst to best net 13% – 88%)', '50%', '50%', '50%']);
    assert.equal((await cells(-1))[0], '200');
  });

  it('says in another entry what a start would stop, and no longer when it has stopped', async () => {
    await startLongRun();
    await steps.open('tpu');
    await page.getByText('“Backpropagation” is running; Run stops it.').waitFor();
    await steps.open('backpropagation');
    await steps.stop();
    await steps.open('tpu');
    await page.locator('[data-section="elsewhere"]').waitFor({ state: 'hidden' });
  });

  it('stops at once and says nothing false', async () => {
    await startLongRun();
    await steps.stop();
    assert.doesNotMatch((await steps.card.textContent())!, /here, seed/);
  });

  it('has a story for every entry, an experiment where one is marked, its picture as it was last seen, before it is run, or when a run was stopped before its own, and nothing cut off in a narrow column', async () => {
    await haveNone();
    const all = await ids();
    assert.ok(all.length >= 20);
    const marked: string[] = [];
    await inNarrowColumn(view, async (standing) => {
      for (const id of all) {
        await steps.open(id);
        assert.ok((await page.locator('.story p').count()) >= 3, id);
        const live = await page.locator(`.timeline [data-entry="${id}"] .live`).count();
        assert.equal(await steps.experiment.count(), live, id);
        if (live > 0) {
          marked.push(id);
          await ours().waitFor();
          await steps.picture.locator(':is(.plot-area, canvas):visible').first().waitFor();
          assert.ok((await steps.picture.locator('.plot-area .plot-line').count()) <= 4, id);
        }
        assert.deepEqual(await standing(), [], id);
        if (live > 0) await assertPictures(view, id);
      }
    });
    assert.ok(marked.includes('backpropagation') && marked.length >= 12, marked.join());
  });

  it('goes by the keyboard: arrows in the timeline, Enter opens, the title has the focus', async () => {
    await page.locator('.timeline [aria-current]').focus();
    for (const key of ['Home', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await steps.shown('phil');
    assert.equal(await page.locator('#entry-title:focus').count(), 1);
  });

  it('shows the years to scale where there is room: a click on the band opens the entry', async () => {
    const band = page.locator('.band');
    assert.equal(await band.isVisible(), false);
    const size = page.viewportSize()!;
    await page.setViewportSize({ width: 1200, height: size.height });
    const at = async (id: string): Promise<number> => (await band.locator(`[data-band="${id}"]`).boundingBox())!.x;
    // Five years each, from June 2012 to June 2017 and from January 2017 to January 2022.
    const [cat, experts, transformer, chain] = [await at('cat-neuron'), await at('sparse-experts'), await at('transformer'), await at('chain-of-thought')]; // prettier-ignore
    assert.ok(Math.abs(transformer - cat - (chain - experts)) < 1);
    assert.ok(experts < transformer);
    const eras = await band.locator('.band-era-name').allTextContents();
    assert.deepEqual(eras, ['Early nets and statistics', 'Deep learning', 'Transformers', 'Assistants']);
    assert.deepEqual(await page.locator('.timeline .era').allTextContents(), eras);
    // The generations of TPU are one line, in both.
    assert.equal(await band.locator('.band-fold').count(), 1);
    const fold = page.locator('.timeline .fold');
    await fold.getByText('7 generations of TPU, 2015 to 2025').click();
    assert.equal(await fold.locator('.mark:visible').count(), 7);
    await fold.locator('summary').click();
    assert.equal(await fold.locator('.mark:visible').count(), 0);
    // Each experiment has its bars above its dot.
    assert.equal(await band.locator('.thumbnail').count(), await band.locator('.band-dot.live').count());
    await band.locator('[data-band="tpu"]').click();
    await steps.shown('tpu');
    assert.match((await band.textContent())!, /2015 The TPU/);
    assert.deepEqual(await violations(), []);
    await page.setViewportSize({ width: 1500, height: size.height });
    const [told, tried] = [await page.locator('.story').boundingBox(), await steps.experiment.boundingBox()];
    assert.ok(told!.x >= tried!.x + tried!.width && Math.abs(told!.y - tried!.y) < 40, 'side by side');
    await page.setViewportSize(size);
  });

  it('keeps the place while it is hidden', async () => {
    await steps.open('phil');
    await view.reload();
    await steps.shown('phil');
  });

  it('sets what is told, what was said and what the source says side by side, with what was measured and the way to it', async () => {
    await page.getByText('Verdicts', { exact: true }).click();
    await page.locator('[data-verdict=""]').click();
    await page.locator('[data-section="verdicts"] input').fill('tolerant of low precision');
    const claim = page.locator('[data-section="verdicts"] .claim');
    await claim.nth(1).waitFor({ state: 'detached' });
    const headings = await claim.locator('.claim-columns dt').allTextContents();
    assert.deepEqual(headings, ['What is told', 'What was said', 'What the source says']);
    assert.match((await claim.locator('.claim-measured').textContent())!, /^Measured here: .*\d/);
    await claim.locator('[data-opens="experiment"]').click();
    await steps.shown('tpu');
  });

  it('lists the verdicts, filters them, and leads to the entry', async () => {
    await page.getByText('Verdicts', { exact: true }).click();
    await page.locator('[data-section="verdicts"] input').fill('');
    await page.locator('[data-verdict="wrong"]').click();
    const list = page.locator('[data-section="verdicts"] .claim');
    const wrong = await list.count();
    assert.ok(wrong > 3);
    assert.equal(await page.locator('[data-section="verdicts"] .verdict.wrong').count(), wrong);
    assert.deepEqual(await violations(), []);
    assert.deepEqual(await cutOff(view), []);
    await page.locator('[data-section="verdicts"] input').fill('showing of deep learning');
    await list.nth(1).waitFor({ state: 'detached' });
    await list.locator('button').click();
    await steps.shown('machine-translation');
  });
});
