import assert from 'node:assert/strict';
import { Problem } from '../../../src/protocol/problem';
import { Rpc, type Port } from '../../../src/protocol/rpc';

type Server = {
  double: { params: { value: number }; result: number };
  count: { params: { to: number }; result: string; progress: number };
  wait: { params: Record<never, never>; result: void };
  fail: { params: Record<never, never>; result: void };
};
type Nothing = Record<never, never>;

/** Two ports whose messages are cloned and delivered later, as a real channel does. */
function channel(): [Port, Port] {
  const listeners: ((message: unknown) => void)[] = [];
  const port = (own: number, other: number): Port => ({
    post: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => listeners[other](copy));
    },
    listen: (listener) => void (listeners[own] = listener),
  });
  return [port(0, 1), port(1, 0)];
}

function connect(): { client: Rpc<Nothing, Server>; aborted: Promise<void> } {
  const [near, far] = channel();
  let seen: () => void;
  const aborted = new Promise<void>((resolve) => (seen = resolve));
  new Rpc<Server, Nothing>(far, {
    double: ({ value }) => value * 2,
    count: ({ to }, { progress }) => {
      for (let i = 1; i <= to; i++) progress(i);
      return 'done';
    },
    wait: (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => seen())),
    fail: () => {
      throw new Problem('model-invalid', 'short', { file: 'a.gguf', offset: 4 });
    },
  });
  return { client: new Rpc<Nothing, Server>(near, {}), aborted };
}

describe('rpc', () => {
  it('answers calls that cross each other', async () => {
    const { client } = connect();
    const calls = [1, 2, 3].map((value) => client.call('double', { value }));
    assert.deepEqual(await Promise.all(calls), [2, 4, 6]);
  });

  it('reports progress in order before the result', async () => {
    const { client } = connect();
    const seen: number[] = [];
    assert.equal(await client.call('count', { to: 3 }, { onProgress: (n) => seen.push(n) }), 'done');
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('carries a problem with its code and detail', async () => {
    const { client } = connect();
    await assert.rejects(client.call('fail', {}), (thrown: Problem) => {
      assert.deepEqual(
        [thrown.code, thrown.message, thrown.detail],
        ['model-invalid', 'short', { file: 'a.gguf', offset: 4 }],
      );
      return true;
    });
  });

  it('cancels on both sides', async () => {
    const { client, aborted } = connect();
    const abort = new AbortController();
    const call = client.call('wait', {}, { signal: abort.signal });
    setImmediate(() => abort.abort());
    await assert.rejects(call, (thrown: Problem) => thrown.code === 'cancelled');
    await aborted;
  });

  it('fails waiting and later calls when closed', async () => {
    const { client } = connect();
    const call = client.call('wait', {});
    client.close(new Problem('worker-died', 'gone'));
    await assert.rejects(call, (thrown: Problem) => thrown.code === 'worker-died');
    await assert.rejects(client.call('double', { value: 1 }), (thrown: Problem) => thrown.code === 'worker-died');
  });

  it('refuses a method that is not there, also one that every object has', async () => {
    const { client } = connect();
    const call = client.call as (method: string, params: object) => Promise<unknown>;
    await assert.rejects(call.call(client, 'toString', {}), (thrown: Problem) => thrown.code === 'internal');
  });
});
