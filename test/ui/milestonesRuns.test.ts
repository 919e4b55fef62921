/** Experiments in circumstances: a hidden panel, an empty folder; and what a person asks of results. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { axeViolations } from './driver/axe';
import { cutOff } from './driver/narrow';
import { startWorkbench, type Workbench, type WorkbenchOptions } from './driver/workbench';

const LONG_MS = 90_000;

/** The Milestone History in a window of its own. */
class History {
  constructor(readonly workbench: Workbench) {}

  static async open(options: WorkbenchOptions): Promise<History> {
    return new History(await startWorkbench(options));
  }

  get frame(): FrameLocator {
    return this.workbench.panelFrame();
  }

  get picture(): Locator {
    return this.frame.locator('.picture');
  }

  async show(): Promise<void> {
    await this.workbench.runCommand('Open Milestone History');
    await this.frame.locator('article').waitFor({ timeout: LONG_MS });
  }

  async entry(id: string): Promise<void> {
    await this.frame.locator(`.timeline [data-entry="${id}"]`).click();
    await this.frame.locator(`article[data-entry="${id}"]`).waitFor();
  }

  async set(option: string, value: string): Promise<void> {
    const field = this.frame.locator(`[data-option="${option}"]`);
    await field.fill(value);
    await field.press('Tab');
  }

  async choose(options: Record<string, string>): Promise<void> {
    for (const [option, label] of Object.entries(options)) {
      await this.frame.locator(`[data-option="${option}"]`).selectOption({ label });
    }
  }

  async press(action: 'run' | 'stop'): Promise<void> {
    await this.frame.locator(`[data-action="${action}"]`).click();
  }

  async start(): Promise<void> {
    await this.press('run');
    await this.state('running');
  }

  async run(): Promise<void> {
    await this.start();
    await this.state('done');
  }

  async stop(): Promise<void> {
    await this.press('stop');
    await this.state('stopped');
  }

  async state(state: string): Promise<void> {
    await this.frame.locator(`[data-section="experiment"][data-state="${state}"]`).waitFor({ timeout: LONG_MS });
  }

  /** Covers the panel with a file. */
  async hide(): Promise<void> {
    await this.workbench.openFile('sample.ts');
  }

  /** What the window's status bar says of an experiment that cannot be seen. */
  status(text: RegExp): Locator {
    return this.workbench.page.locator('.statusbar-item', { hasText: text });
  }
}

describe('Milestone experiments', () => {
  let history: History;
  let empty: string | undefined;
  const open = async (options: WorkbenchOptions): Promise<void> => {
    history = await History.open(options);
    await history.show();
  };
  const close = async (): Promise<void> => {
    await history.workbench.close();
    if (empty) rmSync(empty, { recursive: true });
    empty = undefined;
  };
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await history.workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  describe('with files', () => {
    before(() => open({ open: 'sample.ts' }));
    after(close);

    it('go on while the panel is hidden', async () => {
      await history.set('sweeps', '6000');
      await history.start();
      await history.hide();
      await history.status(/experiment runs/).waitFor({ timeout: LONG_MS });
      await history.status(/experiment runs/).waitFor({ state: 'hidden', timeout: LONG_MS });
      await history.show();
      await history.state('done');
    });

    it('Word2Vec: the calculator answers, says which word it does not know, and changes with the check box', async () => {
      await history.entry('word2vec');
      await history.set('words', '100000');
      await history.run();
      const { frame } = history;
      const rows = frame.locator('.w2v-answer tbody');
      assert.match((await rows.textContent()) ?? '', /^queen(?!.*king)/);
      await frame.getByLabel('leave the question’s words out').uncheck();
      await rows.filter({ hasText: 'king' }).waitFor();
      await frame.getByLabel('leave the question’s words out').check();
      await frame.getByRole('button', { name: 'better − good + bad' }).click();
      await frame.locator('.w2v-answer', { hasText: 'better − good + bad' }).waitFor();
      await frame.getByLabel('Start from').fill('transformer');
      await frame.getByLabel('Start from').press('Enter');
      await frame.getByText('Not among the words of the old books: “transformer”').waitFor();
      assert.deepEqual(await axeViolations(history.workbench), []);
      assert.deepEqual(await cutOff(history.workbench), []);
    });

    it('PHIL: a mistyped identifier gets its word, a right one is known, another none', async () => {
      await history.entry('phil');
      await history.run();
      const field = history.frame.getByLabel('A mistyped identifier of the workspace');
      const answer = history.frame.locator('.phil-form + [role="status"]');
      const ask = async (word: string, expected: RegExp): Promise<void> => {
        await field.fill(word);
        await field.press('Enter');
        await answer.filter({ hasText: expected }).waitFor();
      };
      await ask('qqqqqqqqqq', /No word of the workspace is one slip away/);
      await ask('retrun', /Did you mean: return/);
      await ask('return', /“return” is a word of the workspace/);
      assert.deepEqual(await axeViolations(history.workbench), []);
      assert.deepEqual(await cutOff(history.workbench), []);
    });
  });

  it('Sequence to sequence: each net writes a typed number, attention is drawn; a bad number is named', async () => {
    await open({ open: 'sample.ts' });
    await history.entry('seq2seq');
    await history.choose({ longest: '4', width: '32', steps: '100' });
    await history.run();
    const own = history.frame.locator('[data-section="own-number"]');
    const status = own.locator('[role="status"]');
    // Asked by itself when the nets have learned.
    await status.filter({ hasText: /Digits right: .*of 4/ }).waitFor();
    const field = own.getByLabel('A number');
    await field.fill('12a');
    await field.press('Enter');
    await status.filter({ hasText: '“a” is not a digit' }).waitFor();
    assert.equal(await own.locator('.s2s-digits').first().isVisible(), false);
    await field.fill('31 415-9');
    await field.press('Enter');
    await status.filter({ hasText: /one vector: \d of 6 · .*attention: \d of 6/ }).waitFor();
    assert.equal(await own.locator('.s2s-digits').first().textContent(), '314159');
    assert.equal(await own.locator('tbody tr').count(), 4);
    await own.getByText('→ read (key) · ↓ written (query)').waitFor();
    await own.locator('summary').click();
    await own.locator('.table-body thead', { hasText: '3₁1₂4₃1₄5₅9₆' }).waitFor();
    assert.deepEqual(await axeViolations(history.workbench), []);
    assert.deepEqual(await cutOff(history.workbench), []);
    await close();
  });

  it('wait while the panel is hidden where that is set', async () => {
    await open({ open: 'sample.ts', settings: { 'attentionExplainer.milestones.whenHidden': 'pause' } });
    await history.set('sweeps', '6000');
    await history.start();
    await history.hide();
    await history.status(/experiment waits/).waitFor({ timeout: LONG_MS });
    await history.show();
    await history.state('running');
    await history.stop();
    await close();
  });

  it('without files in the workspace: PHIL says what it needs, the TPU reads the stories', async () => {
    empty = mkdtempSync(path.join(tmpdir(), 'attention-empty-'));
    await open({ workspace: empty });
    await history.entry('phil');
    await history.run();
    await history.picture.getByText('open a folder with at least four text files').waitFor();
    await history.entry('tpu');
    await history.set('texts', '4');
    await history.run();
    await history.frame.getByText('4 stories of this history were read').waitFor();
    await close();
  });
});
