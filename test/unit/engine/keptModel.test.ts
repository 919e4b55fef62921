/** One model is loaded once, however many ask for it. */
import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { KeptModel } from '../../../src/engine/keptModel.node';

describe('the kept model', () => {
  const loads: string[] = [];
  const dropped: string[] = [];
  let models: KeptModel<string>;
  beforeEach(() => {
    loads.length = dropped.length = 0;
    models = new KeptModel(
      async (path) => {
        loads.push(path);
        await later(5);
        if (path === 'broken') throw new Error('broken');
        return `model of ${path}`;
      },
      (old) => dropped.push(old),
    );
  });
  const ask = (path: string, signal = new AbortController().signal): Promise<string> =>
    models.of(path, { signal, progress: () => {} });

  it('is loaded once for two who ask at the same time', async () => {
    assert.deepEqual(await Promise.all([ask('a'), ask('a')]), ['model of a', 'model of a']);
    assert.deepEqual(loads, ['a']);
  });

  it('gives way to another, also after one that cannot be loaded', async () => {
    const all = await Promise.allSettled([ask('a'), ask('broken'), ask('b')]);
    assert.deepEqual(
      all.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual([loads, dropped], [['a', 'broken', 'b'], ['model of a']]);
  });

  it('stays when the next one was given up before it was loaded', async () => {
    await ask('a');
    await assert.rejects(ask('b', AbortSignal.abort()), { code: 'cancelled' });
    await ask('a');
    assert.deepEqual([loads, dropped], [['a'], []]);
  });
});
