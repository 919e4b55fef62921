/**
 * The whole road in 简体中文: menu, panel, messages; in Restricted Mode, where a workspace that nobody trusts sets nothing that
 * costs, names no server and brings no model. The last file by its name, since its window takes the place of the shared one.
 */
import assert from 'node:assert/strict';
import { tinyModelBytes } from '../support/tinyModel';
import { startRawServer, type RawServer } from '../support/rawServer';
import { insteadOfShared, type Workbench } from './driver/workbench';

const WAIT = 60_000;

describe('In another language, in a workspace of somebody else’s', () => {
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
    workbench = await insteadOfShared({
      restricted: true,
      locale: 'zh-cn',
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

  /** The address that is proposed where nobody has named one. */
  const proposesUsual = async (): Promise<void> => {
    await workbench.runCommand('连接服务器…');
    const input = workbench.page
      .locator('.quick-input-widget', { hasText: 'OpenAI 兼容服务器的地址' })
      .locator('input');
    await input.waitFor({ timeout: WAIT });
    assert.equal(await input.inputValue(), 'http://127.0.0.1:8080/v1');
  };

  describe('简体中文', () => {
    it('the context menu, without a selection, and everything in the panel are Chinese', async () => {
      await workbench.goTo([8, 1]);
      await workbench.contextMenu('解释注意力');
      assert.equal(await workbench.explained('sample.ts'), 'done');
      assert.match(
        (await workbench.tokens().allTextContents()).join(''),
        /basketTotal/,
        'the line, or what encloses it',
      );
      const frame = workbench.panelFrame();
      assert.equal(await frame.locator('html').getAttribute('lang'), 'zh-cn');
      assert.match((await frame.locator('.summary .sentence').textContent())!, /[一-龥]/);
      // What is read out and what is seen, apart from the person's own text and names of models.
      const english = await frame.locator('body').evaluate((body) => {
        const own = '.tokens, .story .word, [data-section="candidates"], .place, .example, [data-section="provenance"]';
        return [
          ...body.querySelectorAll<HTMLElement>('h1, h2, button, vscode-button, vscode-radio, summary, .hint, .notice'),
        ]
          .filter((one) => !one.closest(own) && one.checkVisibility())
          .map((one) => one.textContent!.trim())
          .filter((text) => /[A-Za-z]{3}/.test(text) && !/[一-龥]/.test(text));
      });
      assert.deepEqual(english, []);
    });

    it('an empty line gives a message in Chinese', async () => {
      await workbench.openFile('empty.txt');
      await workbench.runCommand('解释注意力');
      await workbench.message(/[一-龥]/);
    });
  });

  describe('A workspace that is not trusted', () => {
    const notice = () =>
      workbench
        .panelFrame()
        .getByText(/16 个词元/)
        .first();
    const explainAll = async (): Promise<void> => {
      await workbench.closeAllTabs();
      await workbench.openFile('sample.ts');
      await workbench.selectAll();
      await workbench.runCommand('解释注意力');
      assert.equal(await workbench.explained('sample.ts'), 'done');
    };

    it('does not set how much is explained', async () => {
      await workbench.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ timeout: WAIT });
      await explainAll();
      assert.equal(await notice().isVisible(), false);
      assert.ok((await workbench.tokens().count()) > 16);
    });

    it('names no server: the usual address is proposed, and nothing is sent', async () => {
      await proposesUsual();
      await workbench.page.keyboard.press('Escape');
      assert.deepEqual(server.taken, []);
    });

    it('brings no model', async () => {
      await workbench.choose('打开 GGUF 文件', () => workbench.runCommand('选择模型…'));
      await workbench.pick('theirs.gguf');
      await workbench.message(/属于未受信任的工作区，不会被加载/);
    });

    it('sets how much is explained once it is trusted, but still no server', async () => {
      await workbench.runCommand('Workspaces: Manage Workspace Trust');
      await workbench.page
        .locator('.workspace-trust-editor .workspace-trust-buttons-row .monaco-button', { hasText: /^Trust$/ })
        .click({ timeout: WAIT });
      await workbench.page
        .locator('.statusbar-item', { hasText: 'Restricted Mode' })
        .waitFor({ state: 'detached', timeout: WAIT });
      await explainAll();
      await notice().waitFor({ timeout: WAIT });
      await proposesUsual();
    });
  });
});
