/** Restricted Mode: a workspace that nobody trusts sets nothing that costs, names no server and brings no model. */
import assert from 'node:assert/strict';
import { tinyModelBytes } from '../support/tinyModel';
import { startRawServer, type RawServer } from '../support/rawServer';
import { startWorkbench, type Workbench } from './driver/workbench';

const WAIT = 60_000;

describe('A workspace that is not trusted', () => {
  let workbench: Workbench;
  let server: RawServer;
  before(async () => {
    server = await startRawServer((_, response) => response.end('{}'));
    const settings = {
      'attentionExplainer.maxTokens': 16,
      'attentionExplainer.turbo': true,
      'attentionExplainer.server.url': server.address,
      'attentionExplainer.server.model': 'theirs',
      'attentionExplainer.server.timeout': 1,
    };
    workbench = await startWorkbench({
      restricted: true,
      open: 'sample.ts',
      files: { '.vscode/settings.json': JSON.stringify(settings), 'theirs.gguf': tinyModelBytes() },
    });
  });
  after(async () => {
    await server?.close();
    await workbench?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const notice = () =>
    workbench
      .panelFrame()
      .getByText(/16 tokens/)
      .first();
  const explainAll = async (): Promise<void> => {
    await workbench.selectAll();
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.ts'), 'done');
  };

  it('does not set how much is explained', async () => {
    await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ timeout: WAIT });
    await explainAll();
    assert.equal(await notice().isVisible(), false);
    assert.ok((await workbench.tokens().count()) > 16);
  });

  it('names no server: the usual address is proposed, and nothing is sent', async () => {
    await workbench.runCommand('Connect a Server…');
    const input = workbench.page
      .locator('.quick-input-widget', { hasText: 'Address of an OpenAI-compatible server' })
      .locator('input');
    await input.waitFor({ timeout: WAIT });
    assert.equal(await input.inputValue(), 'http://127.0.0.1:8080/v1');
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(server.taken, []);
  });

  it('brings no model', async () => {
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    await workbench.pick('theirs.gguf');
    await workbench.message(/belongs to a workspace that is not trusted and is not loaded/);
  });

  it('sets how much is explained once it is trusted, but still no server', async () => {
    await workbench.runCommand('Workspaces: Manage Workspace Trust');
    await workbench.page
      .locator('.workspace-trust-editor .workspace-trust-buttons-row .monaco-button', { hasText: /^Trust$/ })
      .click({ timeout: WAIT });
    await workbench.page
      .locator('.statusbar-item', { hasText: 'Restricted Mode' })
      .waitFor({ state: 'detached', timeout: WAIT });
    await workbench.closeAllTabs();
    await workbench.openFile('sample.ts');
    await explainAll();
    await notice().waitFor({ timeout: WAIT });
    await workbench.runCommand('Connect a Server…');
    const input = workbench.page
      .locator('.quick-input-widget', { hasText: 'Address of an OpenAI-compatible server' })
      .locator('input');
    await input.waitFor({ timeout: WAIT });
    assert.equal(await input.inputValue(), 'http://127.0.0.1:8080/v1');
  });
});
