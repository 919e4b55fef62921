/** Models that lie on the disk, by clicks: listed, chosen, refused with the reason, gone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMMIT, startHubServer, type HubServer } from '../support/hubServer';
import { startRawServer, type RawServer } from '../support/rawServer';
import { partName, put, putOllama, splitModel } from '../support/stores';
import { tinyModelBytes, tinyModelFile } from '../support/tinyModel';
import { writeGguf } from '../support/ggufWriter';
import { ownSurroundings } from './driver/shared';
import { HUB_TOKEN, sharedWorkbench, type Workbench } from './driver/workbench';

const WAIT = 60_000;

describe('Models', () => {
  let workbench: Workbench;
  let folder: string;
  let cache: string;
  let home: string;
  let hub: HubServer;
  let ollama: RawServer;
  /** What that server lists. */
  let listed: string[] = [];
  before(async () => {
    const surroundings = await ownSurroundings();
    ({ models: folder, cache, home } = surroundings);
    const { metadata, tensors } = tinyModelFile();
    put(tinyModelBytes({ experts: 4, name: 'A mixture' }), folder, 'mixture.gguf');
    put(tinyModelBytes({ name: '$(zap) [Run](command:workbench.action.quit)', seed: 2 }), folder, 'hostile.gguf');
    put(writeGguf({ metadata: { ...metadata, 'general.architecture': 'mamba', 'general.name': 'Another kind' }, tensors }), folder, 'mamba.gguf'); // prettier-ignore
    splitModel(2).forEach((bytes, part) => put(bytes, folder, 'split', partName('big', part, 2)));
    ollama = await startRawServer((request, response) => {
      const tags = { models: listed.map((name) => ({ name })) };
      response.setHeader('content-type', 'application/json');
      response.end(request.url === '/api/tags' ? JSON.stringify(tags) : '{}');
    }, surroundings.ollamaPort);
    hub = await startHubServer(
      {
        'tiny-Q8_0.gguf': tinyModelBytes({ layers: 6, name: 'A model that came' }),
        'sub/other-F32.gguf': tinyModelBytes({ layers: 2, name: 'Another one' }),
      },
      { port: surroundings.hubPort },
    );
    workbench = await sharedWorkbench({ open: 'sample.ts' });
  });
  after(async () => {
    await workbench?.useBundledModel();
    workbench?.leave();
    await Promise.all([hub?.close(), ollama?.close()]);
    for (const place of [folder, cache, home])
      for (const name of readdirSync(place)) rmSync(path.join(place, name), { recursive: true });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const openList = async (): Promise<void> => {
    await workbench.runCommand('Choose Model…');
    const input = workbench.page.locator('.quick-input-widget input[placeholder^="The model that explains"]');
    await input.waitFor({ timeout: WAIT });
  };

  describe('Models on this machine', () => {
    const row = (text: string | RegExp) =>
      workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
    /** What the list has with these words, which are typed: it is longer than its window. */
    const offered = async (words: string): Promise<string> => {
      await workbench.page.locator('.quick-input-widget input').fill(words);
      await row(words).waitFor({ timeout: WAIT });
      return row(words).innerText();
    };
    const sidebar = (text: string) => workbench.inSideBar('Models', text);

    it('are in the list of Choose Model…, with what they are, foreign names as text', async () => {
      await openList();
      assert.match(await offered('A mixture'), /qwen3moe · [\d.]+K \([\d.]+K active\) · F32 · .*context 64/s);
      assert.match(await offered('in parts'), /2 files/);
      assert.match(await offered('Another kind'), /Not supported: mamba · mamba · /);
      assert.match(
        await offered('Attention Explainer MoE'),
        /qwen3moe · [\d.]+M \([\d.]+M active\) · Q8_0 · .*context 8,192/s,
      );
      await offered('[Run]');
      const hostile = row('[Run]');
      assert.equal(await hostile.locator('.codicon-zap').count(), 0);
      assert.equal(await hostile.locator('a[href]').count(), 0);
      await workbench.page.keyboard.press('Escape');
    });

    it('one is chosen with the keyboard alone and explains', async () => {
      await openList();
      await workbench.page.keyboard.type('A mixture');
      await row('A mixture').waitFor({ timeout: WAIT });
      await workbench.page.keyboard.press('Enter');
      await workbench.page.locator('.statusbar-item', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
      await workbench.selectAll();
      await workbench.runCommand('Explain Attention');
      assert.equal(await workbench.explained('sample.ts'), 'done');
      await workbench.panelFrame().locator('.place', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
    });

    it('one of another kind says exactly why it cannot be used, and the choice stays', async () => {
      await workbench.choose('Another kind', () => workbench.runCommand('Choose Model…'));
      await workbench.message(/mamba.gguf needs something that is not supported: mamba/);
      await workbench.page.locator('.statusbar-item', { hasText: 'A mixture' }).waitFor({ timeout: WAIT });
    });

    it('the sidebar shows the same list with what is in use, and what has come since', async () => {
      await workbench.runCommand('View: Show Attention Explainer');
      await sidebar('A mixture').waitFor({ timeout: WAIT });
      assert.match((await sidebar('A mixture').getAttribute('aria-label'))!, /in use/);
      assert.match((await sidebar('Another kind').getAttribute('aria-label'))!, /cannot be used/);
      writeFileSync(path.join(folder, 'late.gguf'), tinyModelBytes({ name: 'A late one', seed: 5 }));
      await workbench.runCommand('Look for Models Again');
      await sidebar('A late one').waitFor({ timeout: WAIT });
      await sidebar('A late one').click();
      await workbench.page.locator('.statusbar-item', { hasText: 'A late one' }).waitFor({ timeout: WAIT });
    });

    it('one that is gone gives a message and the bundled one', async () => {
      rmSync(path.join(folder, 'late.gguf'));
      await workbench.openFile('chinese.md');
      await workbench.selectAll();
      await workbench.runCommand('Explain Attention');
      await workbench.message(/late\.gguf is gone/);
      assert.equal(await workbench.explained('chinese.md'), 'done');
    });
  });

  describe('Download Model…', () => {
    const notification = (text: string | RegExp) =>
      workbench.page.locator('.notifications-center .notification-list-item', { hasText: text }).first();
    const name = async (text: string): Promise<void> => {
      await workbench.choose('Another name or address', () => workbench.runCommand('Download Model…'));
      await workbench.page
        .locator('.quick-input-widget', { hasText: 'Name or address on Hugging Face' })
        .waitFor({ timeout: WAIT });
      await workbench.page.keyboard.type(text);
      await workbench.page.keyboard.press('Enter');
    };

    it('suggests five, and takes no name that is none', async () => {
      await workbench.runCommand('Download Model…');
      await workbench.page
        .locator('.quick-input-list .monaco-list-row', { hasText: 'GPT-2, for courses' })
        .waitFor({ timeout: WAIT });
      await workbench.page.keyboard.press('Escape');
      await name('nonsense');
      await workbench.page.getByText('This is no name of a model on Hugging Face.').first().waitFor({ timeout: WAIT });
      await workbench.page.keyboard.press('Escape');
    });

    it('lists the files with sizes and what fits; a pause keeps what came, and Resume goes on from there', async () => {
      rmSync(path.join(cache, 'models--owner--repo'), { recursive: true, force: true });
      hub.pauseMs = 800;
      await name('https://huggingface.co/owner/repo');
      const file = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'tiny-Q8_0.gguf' });
      await file.waitFor({ timeout: WAIT });
      assert.match(await file.innerText(), /\d+ kB · fits/);
      await file.click();
      await workbench.messageShown(/Downloading tiny-Q8_0\.gguf .*\d+ %/s);
      await notification('Downloading').locator('.monaco-button', { hasText: 'Cancel' }).click();
      await workbench.messageShown(/is paused at \d+ %/);
      hub.pauseMs = 0;
      const before = hub.taken.length;
      await notification(/is paused/)
        .locator('.monaco-button', { hasText: 'Resume' })
        .click();
      await workbench.messageShown(/tiny-Q8_0\.gguf is on this machine now/);
      assert.ok(
        hub.taken.slice(before).some((line) => /bytes=\d+-/.test(line)),
        hub.taken.join('\n'),
      );
      // What the pointer rests on tells its name, over the button.
      await workbench.page.mouse.move(0, 0);
      await notification('is on this machine now').locator('.monaco-button', { hasText: 'Use This Model' }).click();
      await workbench.page.locator('.statusbar-item', { hasText: 'A model that came' }).waitFor({ timeout: WAIT });
    });

    it('it lies where other tools look, the token went to the hub and is shown nowhere', async () => {
      const file = path.join(cache, 'models--owner--repo', 'snapshots', COMMIT, 'tiny-Q8_0.gguf');
      assert.deepEqual(new Uint8Array(readFileSync(file)), hub.files.get('tiny-Q8_0.gguf'));
      assert.ok(hub.taken.some((line) => line.endsWith(' token')));
      assert.ok(!(await workbench.page.content()).includes(HUB_TOKEN));
      assert.ok(!readFileSync(workbench.server.log, 'utf8').includes(HUB_TOKEN));
    });

    it('a wrong hash and a page instead of a file: said, and nothing is left behind', async () => {
      hub.faults.push({ kind: 'wrong-bytes' });
      await name('owner/repo:other');
      await workbench.message(/does not have the hash/);
      hub.faults.push({ kind: 'html' });
      await name('owner/repo:other');
      await workbench.message(/sends a page or something else/);
      const names = readdirSync(cache, { recursive: true }) as string[];
      assert.deepEqual(names.filter((each) => /other|lock$/.test(each)), []); // prettier-ignore
    });
  });

  describe('A server that runs on this machine', () => {
    before(() => {
      putOllama(home, 'tiny:latest', tinyModelBytes({ name: 'Its file', seed: 8 }));
      listed = ['tiny:latest', 'elsewhere:70b'];
    });

    const row = (text: string) => workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: text });
    const ask = (words: string) => workbench.page.locator('.quick-input-widget input').fill(words);

    it('is in the one list with two verbs: it solves, and its file, where it lies here, is explained', async () => {
      await openList();
      await ask('elsewhere:70b');
      await row('Solve with elsewhere:70b').waitFor({ timeout: WAIT });
      assert.equal(await row('Explain with elsewhere:70b').count(), 0);
      await ask('tiny:latest');
      await row('Explain with tiny:latest').click();
      await workbench.page.locator('.statusbar-item', { hasText: 'Its file' }).waitFor({ timeout: WAIT });
      await workbench.choose('Solve with tiny:latest', () => workbench.runCommand('Choose Model…'));
      await workbench.message(/Connected: tiny:latest · http:\/\/127\.0\.0\.1/);
      // Only its list was asked for: nothing of the person's left for it.
      assert.deepEqual(new Set(ollama.taken), new Set(['GET /api/tags']));
    });
  });
});
