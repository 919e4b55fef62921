/**
 * What of Step Through Chain of Thought needs VS Code: its menu, files and dialogs. When VS Code is started again:
 * restarted.test.ts. What the page draws, asks and keeps: test/page/reasoning.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ReasoningSteps } from './driver/reasoningSteps';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const TITLE = 'Step Through Chain of Thought';
const WAIT = 60_000;

const PROBLEM = 'Ann has 5 pens. She buys 3 more. She gives 2 to Bob. How many pens does Ann have now?';
const TWO = ['2 + 2 = 4\nIt is 4.\n#### 4', '5 + 1 = 6\nIt is 7 - 1 = 6.\n#### 6']
  .map((answer, i) => JSON.stringify({ question: `Question ${i + 1}?`, answer }))
  .join('\n');
const WRONG = '<think>\nFirst 4 + 4 = 8.\nThen 466 - 66 = 390.\nSo 390 + 1 = 391.\n</think>\n391\n';
/** As long as a file may be. */
const longest = (): string => 'We have 12 + 13 = 25, so the next one is larger than 4 * 6 = 25.\n'.repeat(480_000);
const BROKEN = '{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}\n';

describe('Step Through Chain of Thought in VS Code', () => {
  let workbench: Workbench;
  let steps: ReasoningSteps;
  before(async () => {
    const files = {
      'problem.txt': `${PROBLEM}\n`,
      'answers.jsonl': TWO,
      'wrong.txt': WRONG,
      'broken.json': BROKEN,
      'longest.txt': longest(),
    };
    workbench = await sharedWorkbench({ open: 'problem.txt', files });
    steps = new ReasoningSteps(workbench.panelFrame(), workbench.page);
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  /** The file has a tab of its own. */
  const tab = (title: string): Promise<void> =>
    workbench.page.locator('.tab.active', { hasText: `Chain of Thought: ${title}` }).waitFor({ timeout: WAIT });

  it('is in the context menu of a selected problem, and solves it', async () => {
    await workbench.selectAll();
    await workbench.contextMenu(TITLE);
    await tab('problem.txt');
    await steps.shown();
    assert.equal(await steps.ended(), 'done');
    assert.match((await steps.section('answer').textContent())!, /Step by step: \d+/);
  });

  it('keeps its position when it was hidden', async () => {
    await steps.press('ArrowRight');
    assert.match(await steps.position(), /^Step 2 of/);
    // Into the panel's own group, in front of it.
    await workbench.openFile('sample.ts');
    await workbench.showTab('Chain of Thought: problem.txt');
    await steps.shown();
    assert.match(await steps.position(), /^Step 2 of/);
  });

  it('saves the trace where the person says', async () => {
    await steps.section('export').getByText('Markdown', { exact: true }).click();
    const markdown = readFileSync(await workbench.saveAs('trace.md'), 'utf8');
    assert.match(markdown, /^# Step by step: \d+.*\| 1 \| .* \| ✓ /s);
  });

  it('takes a trace from a file that one picks, and one of several in it', async () => {
    await workbench.runCommand('Import Reasoning Trace…');
    // The workbench's own file dialog, which begins in the workspace.
    await workbench.pick('answers.jsonl');
    await workbench.pick('Question 2?');
    await tab('answers.jsonl');
    await steps.section('answer').locator('.place', { hasText: 'answers.jsonl' }).waitFor({ timeout: WAIT });
    assert.equal(await steps.section('answer').locator('.question').textContent(), 'Question 2?');
    assert.equal(await steps.all.count(), 3);
  });

  it('a long file says how far its reading is, and is left at once when it is cancelled', async () => {
    const wanted = steps.section('start').getByText('Import a trace…');
    if (!(await wanted.isVisible())) await steps.section('start').locator('summary').click();
    await wanted.click();
    await workbench.pick('longest.txt');
    const busy = steps.section('status').locator('.busy');
    await busy.getByText(/^Reading 3\d MB, which may take a minute: \d+ %$/).waitFor({ timeout: WAIT });
    const began = performance.now();
    await busy.getByText('Cancel').click();
    await busy.waitFor({ state: 'hidden', timeout: WAIT });
    // The whole of it takes a minute.
    assert.ok(performance.now() - began < 10_000, `${performance.now() - began} ms`);
    // What was on show is still there.
    await steps.section('answer').locator('.place', { hasText: 'answers.jsonl' }).waitFor({ timeout: WAIT });
    assert.equal(await steps.alert.isVisible(), false);
  });

  it('opens without a selection, with problems to choose from', async () => {
    await workbench.openFile('crlf.js');
    await workbench.goTo([1, 1]);
    await workbench.runCommand(TITLE);
    await workbench.page.locator('.tab.active', { hasText: /^Chain of Thought$/ }).waitFor({ timeout: WAIT });
    await steps.section('start').locator('.problems button').nth(2).waitFor({ timeout: WAIT });
  });

  it('an open transcript with nothing selected offers to be read; its steps are shown in it, and its wrong sums marked', async () => {
    await workbench.openFile('wrong.txt');
    await workbench.runCommand(TITLE);
    const offer = steps.section('selection');
    await offer.getByText('Nothing is selected. wrong.txt, which is open, holds a chain').waitFor({ timeout: WAIT });
    await offer.getByText('Read it as a chain of thought').click();
    await steps
      .section('answer')
      .getByText(/First wrong sum: step 2/)
      .waitFor({ timeout: WAIT });
    await workbench.page.locator('.editor-group-container .squiggly-warning').first().waitFor({ timeout: WAIT });
    await steps.all.nth(1).locator('.body').click();
    await workbench.page.locator('.monaco-editor .selected-text').first().waitFor({ state: 'attached', timeout: WAIT });
  });

  it('says by line and column where a broken file is broken', async () => {
    await workbench.openFile('broken.json');
    await workbench.selectAll();
    await workbench.runCommand(TITLE);
    await tab('broken.json');
    await steps.alert.filter({ hasText: /line 3, column 21/ }).waitFor({ timeout: WAIT });
  });
});
