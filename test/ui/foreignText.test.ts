/** Words of a file, a server or a model in messages: no link, no icon, whatever they hold. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { writeGguf } from '../support/ggufWriter';
import type { Locator } from 'playwright-core';
import { startRawServer, type RawServer } from '../support/rawServer';
import { tinyModelBytes } from '../support/tinyModel';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const WAIT = 60_000;
const link = (words: string): string => `$(zap) [${words}](command:workbench.action.showCommands)`;
/** A binary file has no other name on the disk: VS Code takes it from its tab. */
const PICTURE = `${link('Open anyway')}.png`;

describe('Foreign words', () => {
  let workbench: Workbench;
  let server: RawServer;
  /** What the server lists as its models; undefined: it reports an error. */
  let listed: string[] | undefined;
  before(async () => {
    server = await startRawServer((_, response) => {
      response.writeHead(listed ? 200 : 500, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          listed ? { data: listed.map((id) => ({ id })) } : { error: { message: `${link('Repair')} and try again` } },
        ),
      );
    });
    const llama = writeGguf({ metadata: { 'general.architecture': `llama-4. ${link('Install the update')}` } });
    workbench = await sharedWorkbench({
      open: 'sample.ts',
      files: { 'hostile.gguf': llama, 'named.gguf': tinyModelBytes({ name: link('Update') }) },
    });
  });
  after(async () => {
    await server?.close();
    await workbench?.useBundledModel();
    workbench?.leave();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  /** A message with these words is shown; nothing in it can be clicked as a link or is drawn as an icon. */
  const isPlain = async (words: string): Promise<void> => {
    await workbench.messageShown(new RegExp(words));
    const message = workbench.page.locator('.notification-list-item-message', { hasText: words }).first();
    assert.equal(await message.locator('a').count(), 0, `a link: ${await message.innerHTML()}`);
    assert.equal(await message.locator('.codicon').count(), 0);
    assert.match((await message.textContent())!, new RegExp(`\\$\u2060\\(zap\\) \\[${words}\\]\u2060\\(command:`));
    await workbench.dismissMessages();
  };
  const connect = async (): Promise<void> => {
    await workbench.runCommand('Connect a Server…');
    const input = workbench.page
      .locator('.quick-input-widget', { hasText: 'Address of an OpenAI-compatible server' })
      .locator('input');
    await input.waitFor({ timeout: WAIT });
    await input.fill(server.address);
    // A box that has just opened may not hear the first Enter.
    for (const deadline = Date.now() + WAIT; await input.isVisible();) {
      assert.ok(Date.now() < deadline, 'the box for the address stays');
      await input.press('Enter', { timeout: 2000 }).catch(() => undefined);
      await input.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
    }
  };

  it('of a model file’s architecture', async () => {
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    await workbench.pick('hostile.gguf');
    await isPlain('Install the update');
  });

  it('of a server’s error', async () => {
    listed = undefined;
    await connect();
    await isPlain('Repair');
  });

  it('of a model’s name', async () => {
    listed = [link('Activate')];
    await connect();
    await isPlain('Activate');
  });

  it('of a file’s name', async () => {
    copyFileSync(path.join(root, 'media', 'icon.png'), path.join(workbench.folder, PICTURE));
    await workbench.openTab('Open anyway'); // a colon asks quick open for a line
    await workbench.runCommand('Explain Attention');
    await isPlain('Open anyway');
  });

  it('of a model’s own name, in the status bar, the list of models and the sidebar', async () => {
    await workbench.choose('Open a GGUF file', () => workbench.runCommand('Choose Model…'));
    await workbench.pick('named.gguf');
    const { page } = workbench;
    const isNamed = async (place: Locator, icons: number): Promise<void> => {
      await place.first().waitFor({ timeout: WAIT });
      assert.equal(await place.locator('.codicon').count(), icons, await place.innerHTML());
      assert.match((await place.textContent())!, /\$\u2060\(zap\) \[Update\]\u2060\(command:/);
    };
    // Its own icon, and no other.
    await isNamed(page.locator('.statusbar-item[id*="attentionExplainer.model"]', { hasText: 'Update' }), 1);
    await workbench.runCommand('Choose Model…');
    const row = page.locator('.quick-input-list .monaco-list-row', { hasText: 'Update' });
    await isNamed(row.locator('.label-name').first(), 1);
    await page.keyboard.press('Escape');
    await workbench.runCommand('View: Show Attention Explainer');
    await isNamed(workbench.inSideBar('Models', 'Update').locator('.label-name'), 0);
  });
});
