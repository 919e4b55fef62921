/** One model is loaded once, however many ask for it. */
import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { KeptModel, type Lease } from '../../../src/engine/keptModel.node';

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
  const lease = (path: string, signal = new AbortController().signal): Promise<Lease<string>> =>
    models.lease(path, { signal, progress: () => {} });
  /** Has it, and needs it no longer. */
  const ask = async (path: string, signal?: AbortSignal): Promise<string> => {
    const { model, release } = await lease(path, signal);
    release();
    return model;
  };

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

  it('is closed when it is kept no longer and the last who computed with it has done', async () => {
    const [first, second] = await Promise.all([lease('a'), lease('a')]);
    await ask('b');
    assert.deepEqual(dropped, []);
    first.release();
    first.release();
    assert.deepEqual(dropped, [], 'released twice by one, and still used by the other');
    second.release();
    assert.deepEqual(dropped, ['model of a']);
    assert.equal(await ask('b'), 'model of b');
    assert.deepEqual(loads, ['a', 'b']);
  });
});
