/** Servers on this machine: what they are asked, and what they may answer instead. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningServer } from '../../../src/protocol/foundModels';
import { runningServers } from '../../../src/stores/servers.node';

describe('servers that run on this machine', () => {
  const open: Server[] = [];
  const serve = async (answer: RequestListener): Promise<number> => {
    const server = createServer(answer);
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  afterEach(() => {
    for (const server of open.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const saying = (value: unknown, asked: string[] = []): Promise<number> =>
    serve((request, response) => {
      asked.push(request.url!);
      response
        .setHeader('content-type', 'application/json')
        .end(typeof value === 'string' ? value : JSON.stringify(value));
    });
  /** Of a port that nobody listens at. */
  const NOBODY = 9;
  const find = (ollama: number, llamaCpp: number): Promise<RunningServer[]> =>
    runningServers({ OLLAMA_HOST: `127.0.0.1:${ollama}` }, llamaCpp);

  it('are Ollama with all its models, and llama.cpp with its one and where its file is', async () => {
    const asked: string[] = [];
    const ollama = await saying(
      { models: [{ name: 'qwen3:8b' }, { name: 'hf.co/a/b:Q8_0' }, { name: 7 }, null] },
      asked,
    );
    const llamaCpp = await saying({ model_path: __filename, model_alias: 'tiny' }, asked);
    assert.deepEqual(await find(ollama, llamaCpp), [
      {
        kind: 'ollama',
        address: `http://127.0.0.1:${ollama}/v1`,
        models: [{ name: 'qwen3:8b' }, { name: 'hf.co/a/b:Q8_0' }],
      },
      { kind: 'llama.cpp', address: `http://127.0.0.1:${llamaCpp}/v1`, models: [{ name: 'tiny', file: __filename }] },
    ]);
    assert.deepEqual(asked.sort(), ['/api/tags', '/props']);
    const contained = await saying({ model_path: '/models/of/a/container.gguf' });
    assert.deepEqual((await find(NOBODY, contained))[0].models, [{ name: 'container.gguf' }]);
  });

  it('are none where nobody listens, or something else does', async () => {
    assert.deepEqual(await find(NOBODY, NOBODY), []);
    for (const other of [
      '<html>',
      '[1',
      'null',
      '[]',
      '{"models":{}}',
      '"x"',
      `{"models":[],"x":"${'y'.repeat(1 << 20)}"}`,
    ]) {
      assert.deepEqual(await find(await saying(other), await saying(other)), [], other.slice(0, 20));
    }
    let redirected = 0;
    const target = await serve((_, response) => void (redirected++, response.end('{"models":[]}')));
    const away = await serve(
      (_, response) => void response.writeHead(302, { location: `http://127.0.0.1:${target}/` }).end(),
    );
    assert.deepEqual([await find(away, away), redirected], [[], 0]);
    const silent = await serve(() => undefined);
    const started = performance.now();
    assert.deepEqual(await find(silent, silent), []);
    assert.ok(performance.now() - started < 10_000);
  });

  it('are looked for on this machine only', async () => {
    const port = await saying({ models: [{ name: 'mine' }] });
    const at = async (OLLAMA_HOST: string): Promise<number> => (await runningServers({ OLLAMA_HOST }, NOBODY)).length;
    for (const host of [`http://localhost:${port}/`, `0.0.0.0:${port}`, `:${port}`])
      assert.equal(await at(host), 1, host);
    // Nobody listens at the usual port of a test's machine, and another machine's is not tried.
    const found = await runningServers({ OLLAMA_HOST: `elsewhere.example:${port}` }, NOBODY);
    assert.ok(found.every(({ address }) => address === 'http://127.0.0.1:11434/v1'));
  });
});
