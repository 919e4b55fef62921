/** A person lets a server of their own, or a model of VS Code, solve a problem: connecting, streaming, faults, the key. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { loadReasoner } from '../../src/reasoning/solve/load.node';
import { engineSays, says, startChatServer, type RunningChatServer, type Say } from '../support/chatServer';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const WAIT = 60_000;
const KEY = 'sk-nobody-must-see-this';
const PROBLEM = 'Ann has 5 pens. She buys 3 more. She gives 2 to Bob. How many pens does Ann have now?';

describe('Somebody else solves', () => {
  let workbench: Workbench;
  let server: RunningChatServer;
  let engine: Say;
  before(async () => {
    const models = path.join(root, 'media', 'models');
    const { reasoner } = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as { reasoner: string };
    engine = engineSays(await loadReasoner(path.join(models, reasoner)));
    server = await startChatServer({
      say: engine,
      dialect: 'vllm',
      answerMark: '####',
      key: KEY,
      models: ['tiny', 'large'],
    });
    workbench = await sharedWorkbench({ open: 'sample.ts' });
  });
  after(async () => {
    await server?.close();
    workbench?.leave();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string) => workbench.panelFrame().locator(`[data-section="${name}"]`);
  const input = (words: string) => workbench.page.locator('.quick-input-widget', { hasText: words }).locator('input');
  const typed = async (words: string, text: string): Promise<void> => {
    await input(words).waitFor({ timeout: WAIT });
    await input(words).fill(text);
    await workbench.page.keyboard.press('Enter');
    // It closes when the text has been checked; the next box may ask in the same words.
    const inBox = async (): Promise<boolean> =>
      (await input(words)
        .inputValue({ timeout: 500 })
        .catch(() => null)) === text;
    for (const deadline = Date.now() + WAIT; await inBox();) {
      assert.ok(Date.now() < deadline, `the box stays: ${words}`);
      await workbench.page.waitForTimeout(50);
    }
  };
  const solve = async (whom: 'server' | 'vscode', question = PROBLEM): Promise<void> => {
    const start = section('start');
    const solver = start.getByRole('combobox', { name: 'Who solves' });
    // The part closes by itself when an answer has come, which may be just now.
    for (const deadline = Date.now() + WAIT; ;) {
      if (!(await solver.isVisible())) await start.locator('summary').click();
      const chosen = await solver.selectOption(whom, { timeout: 2000 }).catch(() => []);
      if (chosen.length > 0) break;
      assert.ok(Date.now() < deadline, 'the choice of who solves does not show');
    }
    await start.locator('textarea').fill(question);
    await start.locator('textarea').press('Control+Enter');
  };
  const origin = async (): Promise<string> => (await section('answer').locator('.place').textContent())!;
  const alert = async (words: RegExp): Promise<void> =>
    workbench.panelFrame().getByRole('alert').filter({ hasText: words }).waitFor({ timeout: WAIT });

  it('connects a server: address, key where it wants one, model', async () => {
    await workbench.runCommand('Connect a Server…');
    await typed('Address of an OpenAI-compatible server', server.address.replace('/v1', '/'));
    await typed('Key for', 'not the key');
    await typed('Key for', KEY);
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'tiny' }).click({ timeout: WAIT });
    await workbench.message(/Connected: tiny · http:\/\/127\.0\.0\.1:\d+\/v1/);
    assert.deepEqual(server.keys, [undefined, 'Bearer not the key', `Bearer ${KEY}`]);
  });

  it('the server solves; its thought is stepped through, in the colours of its own surprisal', async () => {
    await workbench.runCommand('Step Through Chain of Thought');
    await section('start').locator('.problems li').first().waitFor({ timeout: WAIT });
    await solve('server');
    await workbench.panelFrame().locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
    await section('looked').locator('summary').first().click();
    await section('detail').locator('.bars li').first().waitFor({ timeout: WAIT });
    assert.match(await origin(), /^Written by tiny at http.*read by Attention Explainer MoE/);
    assert.match((await section('answer').textContent())!, /Step by step: \d+\./);
    await workbench.panelFrame().locator('.steps').focus();
    await workbench.page.keyboard.press('ArrowRight');
    assert.ok((await workbench.panelFrame().locator('.step[aria-selected="true"] .token').count()) > 3);
    await section('steps').getByText('by the server’s own log-probabilities').waitFor({ timeout: WAIT });
    await section('detail').locator('.bars li').nth(1).waitFor({ timeout: WAIT });
  });

  it('an answer that stops half way is kept, with the reason; trying again gets the whole', async () => {
    server.options.fault = 'reports';
    await solve('server');
    await alert(/reports: out of memory on the graphics card What had come by then is shown/);
    assert.match(await origin(), /not complete/);
    assert.ok((await workbench.panelFrame().locator('.step').count()) >= 1);
    server.options.fault = undefined;
    await workbench.panelFrame().getByRole('alert').getByText('Try again').click();
    await workbench.panelFrame().locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
    assert.doesNotMatch(await origin(), /not complete/);
  });

  it('an answer is waited for while the panel is hidden, asked for once, and can be stopped', async () => {
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    server.options.say = async function* () {
      yield* says('2 + 2 = 4. Then we wait. ')('');
      await gate;
      yield* says('4 + 4 = 8. Now it is done.')('');
    };
    const before = server.requests.length;
    const gone = server.abandoned;
    await solve('server', 'What comes after the wait?');
    await workbench.panelFrame().getByText('Then we wait.').waitFor({ timeout: WAIT });
    await workbench.openFile('sample.py');
    await workbench.showTab('Chain of Thought');
    await workbench.panelFrame().locator('.writing').getByText('Then we wait.').waitFor({ timeout: WAIT });
    await workbench.openFile('sample.py');
    go();
    await workbench.showTab('Chain of Thought');
    await workbench.panelFrame().locator('.step', { hasText: 'Now it is done.' }).waitFor({ timeout: WAIT });
    assert.deepEqual([server.requests.length, server.abandoned], [before + 1, gone]);

    server.options.say = async function* () {
      yield* says('1 + 1 = 2. This never ends. ')('');
      await new Promise(() => {});
    };
    await solve('server', 'What never ends?');
    await workbench.panelFrame().locator('.writing').getByText('This never ends.').waitFor({ timeout: WAIT });
    await section('status').getByText('Cancel').click();
    await alert(/You stopped it: what had come by then is shown/);
    await workbench.panelFrame().locator('.step', { hasText: 'This never ends.' }).waitFor({ timeout: WAIT });
    while (server.abandoned === gone) await new Promise((resolve) => setTimeout(resolve, 20));
    server.options.say = engine;
  });

  it('a server that is down, and a key that it no longer takes, are told in words', async () => {
    server.options.key = 'another one';
    await solve('server');
    await alert(/refuses the key \(401\).*Set Server Key/);
    await server.close();
    await solve('server');
    await alert(/cannot be reached \(ECONNREFUSED\)/);
  });

  it('a model of VS Code solves, without log-probabilities, which the panel says', async () => {
    await solve('vscode');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Whole answers' })
      .click({ timeout: WAIT });
    await workbench.panelFrame().locator('#app[data-state="done"]').waitFor({ timeout: WAIT });
    assert.match(await origin(), /Written by Whole answers, a model of VS Code.*give no log-probabilities/);
    assert.match(
      (await section('answer').textContent())!,
      /Step by step: 6\..*All 2 sums that could be read are right/s,
    );
    await section('looked').locator('summary').first().click();
    await section('steps').getByText('by the model that read it').waitFor({ timeout: WAIT });
    await solve('vscode');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'Half answers' })
      .click({ timeout: WAIT });
    await alert(/Half answers reports an error: .*quota is used up.*What had come by then is shown/);
    await workbench.panelFrame().locator('.step', { hasText: '5 + 3 = 8' }).waitFor({ timeout: WAIT });
  });

  it('the key is in no page, no message and no log', async () => {
    const said = [
      ...workbench.watch.console,
      readFileSync(workbench.server.log, 'utf8'),
      await workbench.panelFrame().locator('body').innerHTML(),
      await workbench.page.locator('body').innerHTML(),
      readFileSync(path.join(path.dirname(workbench.server.log), 'user', 'User', 'settings.json'), 'utf8'),
    ].join('\n');
    assert.ok(!said.includes(KEY));
    await workbench.runCommand('Clear Server Key');
    await workbench.message(/The key for http.* is forgotten/);
  });
});
