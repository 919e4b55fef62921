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
});
