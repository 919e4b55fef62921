/** A model that is larger than memory: the page says what a run of it reads, from the moment it is known. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import { inspectModel } from '../../../src/engine/model/load';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

const MODEL = path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');

/** Answers for which the model is read again. */
const READ = ['story', 'why', 'edgeReadings', 'lens', 'neurons', 'probe'];

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
    assert.match(await notice.innerText(), /does not fit into the memory.*7\.9 GB for each run/);
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
    const live = page.locator('.live .notice.reads-again');
    for (const [tokens, words] of [
      ['1', 'The next token reads the model again, 2.0 GB.'],
      ['3', 'Each token reads the model again: 3 tokens, 6.0 GB in all.'],
    ]) {
      await page.locator('.live label', { hasText: 'Tokens' }).locator('input').fill(tokens);
      await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
      await live.locator('.words', { hasText: words }).waitFor();
    }
    await live.locator('vscode-button', { hasText: 'Leave it' }).click();
    await live.waitFor({ state: 'hidden' });
    assert.ok(!asked.includes('goOn'));
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await live.locator('vscode-button', { hasText: 'Read it' }).click();
    await page.locator('.made-token').first().waitFor();
    assert.equal(asked.filter((name) => name === 'goOn').length, 1);
    // What waits is left with the field.
    await page.locator('.live textarea').fill('const other = 1;');
    await live.locator('.words', { hasText: 'has not been through the model' }).waitFor();
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('.live textarea').waitFor();
    assert.ok(await live.isHidden());

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

  it('reads nothing for a token that is only pointed at', async () => {
    await view.close();
    const asked: string[] = [];
    const readings = (): string[] => asked.filter((name) => READ.includes(name));
    view = await openExplained(
      { ...subject, model: MODEL, card: { bytesPerPass: 2e9 } },
      undefined,
      (name, _, answered) => {
        asked.push(name);
        return answered();
      },
    );
    const { page } = view;
    await view.openTab('edges');
    const why = view.section('why').locator('.notice.reads-again:visible');
    const edges = view.section('edges').locator('.notice.reads-again:visible');
    await why.waitFor();
    await edges.waitFor();
    assert.match(await why.innerText(), /token to go through the model again, of which up to 4\.0 GB are read/);
    assert.match(await edges.innerText(), /up to 2\.0 GB/);
    for (const token of [2, 5, 3]) {
      await page.locator('[data-section="text"] .token[role="option"]').nth(token).hover();
      await view.complete();
    }
    assert.deepEqual(readings(), []);
    await page.locator('[data-section="text"] .token[role="option"]').nth(3).click();
    await view.complete();
    await why.locator('vscode-button', { hasText: 'Read it' }).click();
    await view.section('why').locator('[data-reading="places"]').waitFor();
    await why.waitFor({ state: 'detached' });
    await edges.locator('vscode-button', { hasText: 'Read it' }).click();
    await view.section('stages').locator('[data-step]').first().waitFor();
    assert.deepEqual(readings(), ['why', 'edgeReadings']);
    await view.openTab('roles');
    await view.complete();
    await view.openTab('predictions');
    await view.section('lens').locator('.notice.reads-again:visible').waitFor();
    await view.complete();
    assert.deepEqual(readings(), ['why', 'edgeReadings']);
  });

  it('is not read for the first sentence before somebody says so, and what is being read can be cancelled', async () => {
    await view.close();
    let asked = 0;
    view = await openExplained(
      { ...linesOf('sample.ts'), card: { bytesPerPass: 2e9 } },
      undefined,
      (name, _, answered) => {
        if (name !== 'story') return answered();
        asked++;
        return asked === 1 ? new Promise(() => {}) : answered();
      },
    );
    const story = view.page.locator('[data-story]');
    const notice = story.locator('.notice.reads-again');
    await notice.waitFor();
    await view.complete();
    assert.match(await notice.innerText(), /reading the model several times more, 2\.0 GB each time/);
    await view.page.locator('.summary .sentence').waitFor();
    assert.equal(asked, 0);
    await notice.locator('vscode-button', { hasText: 'Read it' }).click();
    await notice.locator('vscode-button', { hasText: 'Cancel' }).click();
    await notice.filter({ hasText: /several times more/ }).waitFor();
    await notice.locator('vscode-button', { hasText: 'Read it' }).click();
    await story.locator('.sentence button').first().waitFor();
    await notice.waitFor({ state: 'hidden' });
    assert.equal(asked, 2);
  });
});
