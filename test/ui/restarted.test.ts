/** What of the panels is there when VS Code is started again: once for all of them, since each start costs seconds. */
import assert from 'node:assert/strict';
import { MilestoneSteps } from './driver/milestoneSteps';
import { ReasoningSteps } from './driver/reasoningSteps';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const LONG_MS = 60_000;
const FILE = 'problem.txt';
const PROBLEM = 'Ann has 5 pens. She buys 3 more. She gives 2 to Bob. How many pens does Ann have now?';
const CHAIN = `Chain of Thought: ${FILE}`;
const HISTORY = 'Milestone History';

describe('When VS Code is started again', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await sharedWorkbench({ open: FILE, files: { [FILE]: `${PROBLEM}\n` } });
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const history = (): MilestoneSteps => new MilestoneSteps(workbench.panelFrame());
  const chain = (): ReasoningSteps => new ReasoningSteps(workbench.panelFrame(), workbench.page);
  const seed = () => workbench.panelFrame().getByLabel('Seed');
  const numbers = (): Promise<string | null> => history().card.locator('tbody').textContent();

  it('a chain of thought has its trace and position, the Milestone History entry, settings and numbers, and it says that a run ended with the window', async () => {
    await workbench.openFile(FILE);
    await workbench.selectAll();
    await workbench.runCommand('Step Through Chain of Thought');
    await chain().shown();
    assert.equal(await chain().ended(), 'done');
    await chain().press('ArrowRight');
    const position = await chain().position();
    assert.match(position, /^Step 2 of/);
    const text = await chain().all.first().textContent();

    await workbench.runCommand('Open Milestone History');
    await history().shown();
    await history().open('backpropagation');
    await history().set('sweeps', '200');
    await history().run();
    const before = await numbers();
    assert.match(before!, /\d/);
    await history().open('chain-of-thought');
    // Two minutes and more: VS Code may take a while until it keeps that it runs. What it reads does not make it shorter.
    await history().set('problems', '100');
    await history().set(seed(), '3');
    await history().start();

    await workbench.keeps(/Ann has 5 pens[^]*position[\\"]+:1/);
    await workbench.keeps(/seed[\\"]+:3,[\\"]+card[\\"]+:null/);
    workbench.configure({ 'attentionExplainer.milestones.whenHidden': 'pause' });
    await workbench.restart();

    // Which tab was in front is written later still.
    await workbench.showTab(HISTORY);
    await history().shown('chain-of-thought');
    await history().state('recalled');
    assert.equal(await history().option('problems').inputValue(), '100');
    assert.equal(await seed().inputValue(), '3');
    await workbench
      .panelFrame()
      .getByText(/before the numbers of the last run were kept/)
      .waitFor();
    await history().open('backpropagation');
    await history().state('recalled');
    assert.equal(await numbers(), before);

    await workbench.showTab(CHAIN);
    await chain().shown();
    assert.equal(await chain().ended(), 'done');
    assert.equal(await chain().position(), position);
    assert.equal(await chain().all.first().textContent(), text);
  });

  it('an experiment waits while its panel is hidden, as is set by then', async () => {
    const status = workbench.page.locator('.statusbar-item', { hasText: /experiment waits/ });
    await workbench.runCommand('Open Milestone History');
    await history().shown();
    await history().open('backpropagation');
    // Long enough that it is not through before the page is back, however quick the machine is.
    await history().set('sweeps', '10000');
    await history().start();
    await workbench.showTab(CHAIN);
    await status.waitFor({ timeout: LONG_MS });
    await workbench.showTab(HISTORY);
    await history().shown();
    await history().state('running');
  });
});
