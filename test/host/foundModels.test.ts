/** Models on the disk, as the sidebar lists them: the real worker over made copies of every store. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { WorkerClient } from '../../src/engine/workerClient.node';
import { FoundModels } from '../../src/models/foundModels';
import type { StoresWorkerApi } from '../../src/protocol/foundModels';
import { ModelsTree } from '../../src/sidebar/modelsTree';
import { put, putEveryStore } from '../support/stores';
import { tinyModelBytes } from '../support/tinyModel';
import { bench, extension, type Bench } from './support';

describe('models on this machine, in the sidebar', () => {
  /** Of the process itself: a home is looked up there, also by a worker. */
  const CHANGED = ['HOME', 'USERPROFILE', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'HF_HOME'];
  const before = CHANGED.map((name) => [name, process.env[name]] as const);
  let home: string;
  let on: Bench;
  let client: WorkerClient<StoresWorkerApi>;
  let found: FoundModels;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'home-'));
    for (const name of CHANGED) delete process.env[name];
    Object.assign(process.env, { HOME: home, USERPROFILE: home });
    const script = vscode.Uri.joinPath(extension().extensionUri, 'dist', 'storesWorker.js').fsPath;
    client = new WorkerClient({ script });
    found = new FoundModels(client, vscode.Uri.joinPath(extension().extensionUri, 'media', 'models').fsPath, path.join(home, 'heads.json')); // prettier-ignore
    on = bench();
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    client.stop();
    found.dispose();
    on.dispose();
    rmSync(home, { recursive: true });
  });

  it('are listed after the bundled ones, with what they are, and why one cannot be used', async () => {
    const expected = putEveryStore(home);
    const tree = new ModelsTree(on.models, found);
    const before = await tree.elements();
    await found.lookAgain();
    const rows = (await tree.elements()).map((element) => tree.row(element)).slice(before.length);
    assert.equal(rows.length, expected.length - 1);
    const [bundled] = await on.models.bundled();
    const ours = tree.row((await tree.elements())[0]);
    assert.match(
      ours.description!,
      /^bundled · qwen3moe · [\d.]+M \([\d.]+M active\) · Q8_0 · [\d.]+ MB · context [\d,]+$/,
    );
    assert.ok(ours.tooltip!.includes('active') && ours.tooltip!.endsWith(bundled.path), ours.tooltip);
    const docker = rows.find(({ label }) => label === 'Of Docker')!;
    assert.match(docker.description!, /^Docker · qwen3 · [\d.]+K · F32 · \d+ kB · context 64$/);
    assert.match(docker.tooltip!, /^ai\/tiny:latest\nqwen3 · .*\n.*sha256/);
    const safetensors = rows.find(({ label }) => label === 'safe:tensors')!;
    assert.deepEqual([safetensors.icon, safetensors.spoken], ['circle-slash', 'safe:tensors, cannot be used']);
    assert.match(safetensors.tooltip!, /safetensors/);
    await on.models.choose({ path: rows[1].command.arguments![0].path as string, name: rows[1].label, bundled: false });
    const used = (await tree.elements()).map((element) => tree.row(element)).filter(({ icon }) => icon === 'check');
    assert.deepEqual([used.map(({ label }) => label), used[0].spoken], [[rows[1].label], `${rows[1].label}, in use`]);
  });

  it('that come and go change the list when it is looked at again; what is not read is one row', async () => {
    const file = put(tinyModelBytes({ name: 'first' }), home, '.lmstudio', 'models', 'a', 'b', 'm.gguf');
    let changes = 0;
    found.onDidChange(() => changes++);
    await Promise.all([found.lookAgain(), found.lookAgain()]);
    assert.deepEqual(found.models.map(({ name }) => name), ['first']); // prettier-ignore
    assert.ok(changes > 0);
    rmSync(file);
    put('{', home, '.ollama', 'models', 'manifests', 'a', 'b', 'c', 'd');
    await found.lookAgain();
    assert.deepEqual(found.models, []);
    const tree = new ModelsTree(on.models, found);
    const last = tree.row((await tree.elements()).at(-1)!);
    assert.deepEqual([last.label, last.icon], ['Not read: 1', 'warning']);
    assert.match(last.tooltip!, /manifests.a.b.c.d: /);
  });

  it('a worker that dies leaves the list as it was', async () => {
    put(tinyModelBytes({ name: 'first' }), home, '.lmstudio', 'models', 'm.gguf');
    await found.lookAgain();
    const looking = found.lookAgain();
    client.stop();
    await looking;
    assert.equal(found.models.length, 1);
  });
});
