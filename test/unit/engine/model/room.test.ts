/** What a person is told when a text does not fit into memory. */
import assert from 'node:assert/strict';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { Problem } from '../../../../src/protocol/problem';
import { tinyModelBytes } from '../../../support/tinyModel';

/** The model with a kernel that gives no more than so many bytes beside the weights. */
async function cramped(bytes: number): Promise<LoadedModel> {
  const model = await loadModel(new BufferSource(tinyModelBytes(), 'tiny.gguf'), undefined, 'reference');
  const { kernel } = model;
  const most = kernel.bytesInUse + bytes;
  const alloc = kernel.alloc.bind(kernel);
  kernel.alloc = (length) => {
    if (kernel.bytesInUse + length * 4 > most) throw new Problem('out-of-memory', 'too little');
    return alloc(length);
  };
  return model;
}

const explained = (model: LoadedModel, text: string): Promise<unknown> =>
  explain(model, text, {
    maxTokens: 5000,
    top: 3,
    handle: { worker: 1, kept: 1 },
    signal: new AbortController().signal,
    progress: () => {},
  });

describe('a text that does not fit into memory', () => {
  it('is told how many tokens would fit, and so many do', async () => {
    const model = await cramped(4e5);
    const before = model.kernel.bytesInUse;
    const thrown = await explained(model, 'abcd'.repeat(250)).then(
      () => assert.fail('it fits'),
      (problem: Problem<'out-of-memory'>) => problem,
    );
    assert.equal(thrown.code, 'out-of-memory');
    assert.equal(model.kernel.bytesInUse, before, 'nothing is left behind');
    const { asked, fit } = thrown.detail;
    assert.equal(asked, 1001, 'one of them begins the text');
    assert.ok(fit! > 20 && fit! < 1001, `${fit}`);
    await explained(model, 'a'.repeat(fit! - 1));
  });

  it('names no number where not even one token fits', async () => {
    const model = await cramped(10);
    await assert.rejects(explained(model, 'abcd'), { code: 'out-of-memory', detail: { asked: 5, fit: 0 } });
  });
});
