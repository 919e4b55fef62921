/** A model that is larger than memory: the page says what a run of it reads, from the moment it is known. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import { inspectModel } from '../../../src/engine/model/load';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

const MODEL = path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');

describe('A model larger than memory', () => {
  let view: Explained;
  const subject = linesOf('sample.ts', 9, 11);
  before(async () => (view = await openExplained({ ...subject, model: MODEL })));
  after(() => view.close());

  it('is said beside the result, and of no other model', async () => {
    const notice = view.page.locator('.notice.streamed');
    assert.equal(await notice.isVisible(), false);
    const source = new FileSource(MODEL);
    const model = { ...inspectModel(source), bytesPerPass: 7_880_114_176 };
    source.close();
    const { title, text } = subject;
    const origin = 'selection';
    const begun = { title, text, firstLine: 9, lastLine: 11, origin, tabSize: 4 } as const;
    await view.rpc.call('event', { kind: 'begin', subject: begun, modelName: 'large' });
    await view.rpc.call('event', { kind: 'progress', progress: { kind: 'model', model } });
    await notice.waitFor();
    assert.match(await notice.innerText(), /larger than memory.*7\.9 GB for each run/);
  });

  it('says what going on and typed texts read, and runs nothing before it is told to', async () => {
    await view.close();
    const asked: string[] = [];
    const card = { bytesPerPass: 2e9 };
    view = await openExplained({ ...subject, model: MODEL, card }, undefined, (name, _, answered) => {
      asked.push(name);
      return answered();
    });
    const { page } = view;
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('.live label', { hasText: 'Tokens' }).locator('input').fill('3');
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    const live = page.locator('.live .notice.reads-again');
    await live.waitFor();
    assert.equal(
      await live.locator('.words').innerText(),
      'Each token reads the model again: 3 tokens, 6.0 GB in all.',
    );
    await live.locator('vscode-button', { hasText: 'Leave it' }).click();
    assert.equal(await live.isVisible(), false);
    assert.ok(!asked.includes('goOn'));
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await live.locator('vscode-button', { hasText: 'Read it' }).click();
    await page.locator('.made-token').first().waitFor();
    assert.equal(asked.filter((name) => name === 'goOn').length, 1);

    await view.openTab('predictions');
    const typed = view.section('typed');
    await typed.locator('input').fill(' value');
    await typed.locator('input').press('Enter');
    const notice = typed.locator('.notice.reads-again');
    await notice.waitFor();
    assert.match(await notice.innerText(), /after its first reads the model again, 2\.0 GB every time/);
    assert.ok(!asked.includes('continuation'));
    await notice.locator('vscode-button', { hasText: 'Read it' }).click();
    await typed.locator('.typed-tokens li').first().waitFor();
    assert.equal(asked.filter((name) => name === 'continuation').length, 1);
  });
});
