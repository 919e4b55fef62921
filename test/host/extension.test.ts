import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { WorkerClient } from '../../src/engine/workerClient.node';
import type { ExplainWorkerApi } from '../../src/protocol/workerApi';
import { problemMessage } from '../../src/host/problemMessage';
import { Problem, toProblem } from '../../src/protocol/problem';
import { closeEverything, eventOf, extension, kinds, openText, select, until } from './support';
import { leastCpuMs } from '../support/cpuTime';

const OURS = 'attentionExplainer.';

interface Manifest {
  contributes: {
    commands: { command: string; title: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    keybindings: { command: string }[];
  };
}

describe('the extension', () => {
  const { contributes } = extension().packageJSON as Manifest;
  before(() => extension().activate());
  afterEach(closeEverything);

  it('loads within 50 ms', () => {
    // Loading is what activation costs: activate() itself only registers. A second copy, since the first runs already.
    const { extensionPath, packageJSON } = extension();
    const bundle = path.join(extensionPath, (packageJSON as { main: string }).main);
    const load = createRequire(bundle);
    const running = load.cache[bundle];
    const ms = leastCpuMs(() => {
      delete load.cache[bundle];
      load(bundle);
    }, 50);
    load.cache[bundle] = running;
    assert.ok(ms < 50, `${ms} ms`);
  });

  it('declares exactly the commands that it registers', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter(
      (name) => name.startsWith(OURS) && !/\.(focus|resetViewLocation|open|removeView|toggleVisibility)$/.test(name),
    );
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
  });

  it('offers Explain Attention in every text editor, and binds only commands that exist', () => {
    const item = contributes.menus['editor/context'].find(({ command }) => command === `${OURS}explain`);
    assert.ok(item && item.when === undefined);
    const names = new Set(contributes.commands.map(({ command }) => command));
    for (const { command } of contributes.keybindings) assert.ok(names.has(command), command);
  });

  it('every title is translated', () => {
    for (const { title } of contributes.commands) assert.doesNotMatch(title, /%/);
  });

  it('without an editor the command says so and throws nothing', async () => {
    await vscode.commands.executeCommand(`${OURS}explain`);
    assert.equal(extension().exports.panels.size, 0);
  });

  it('explains a selection with the real worker and the bundled model', async function () {
    this.timeout(60_000);
    const editor = await openText('function add(a, b) {\r\n\treturn a + b; // \u{1f600}\r\n}\r\n');
    const text = editor.document.getText();
    select(editor, 0, text.length);
    await vscode.commands.executeCommand(`${OURS}explain`);
    const panel = extension().exports.panels.of(editor.document.uri)!;
    const failed = panel.events.find((event) => event.kind === 'failed');
    assert.equal(failed, undefined, JSON.stringify(failed));
    const { explanation } = eventOf(panel, 'done');
    assert.equal(explanation.next.length, 10);
    const shown = panel.events.flatMap((event) =>
      event.kind === 'progress' && event.progress.kind === 'tokens' ? event.progress.tokens : [],
    );
    // The tokens' characters cover the selection without a gap.
    let reached = 0;
    for (const { charStart, charEnd } of shown) {
      assert.ok(charStart <= reached, `gap before ${charStart}`);
      reached = Math.max(reached, charEnd);
    }
    assert.equal(reached, text.length);
    const model = panel.events.flatMap((event) =>
      event.kind === 'progress' && event.progress.kind === 'model' ? [event.progress.model] : [],
    )[0];
    assert.equal(kinds(panel).filter((kind) => kind === 'layer').length, model.layers);
    await until(panel.onDidChange, () => kinds(panel).includes('hash'));
  });

  it('explains no more tokens than the setting says', async () => {
    const settings = vscode.workspace.getConfiguration('attentionExplainer');
    await settings.update('maxTokens', 20, vscode.ConfigurationTarget.Global);
    try {
      const editor = await openText('let value = compute(index);\n'.repeat(10));
      select(editor, 0, editor.document.getText().length);
      await vscode.commands.executeCommand(`${OURS}explain`);
      const panel = extension().exports.panels.of(editor.document.uri)!;
      assert.equal(eventOf(panel, 'done').explanation.logprobs.length, 20);
    } finally {
      await settings.update('maxTokens', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('a truncated model is refused with file and byte, and the bundled one goes on explaining', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'models-'));
    const script = path.join(extension().extensionPath, 'dist', 'explainWorker.js');
    const client = new WorkerClient<ExplainWorkerApi>({ script });
    try {
      const file = path.join(folder, 'short.gguf');
      writeFileSync(file, 'GGUF\x03\0\0\0');
      const problem = await client.ask.inspect({ modelPath: file }).then(() => assert.fail('it was read'), toProblem);
      assert.match(problemMessage(problem), /short\.gguf.* byte \d+/);
      const large = new Problem('out-of-memory', 'None.', { weights: 9e9 });
      assert.match(problemMessage(large), /for this model, whose weights take 9\.0 GB\. Choose a smaller model/);
      for (const refused of [file, path.join(folder, 'missing.gguf')]) {
        assert.equal(await vscode.commands.executeCommand(`${OURS}chooseModel`, vscode.Uri.file(refused)), undefined);
      }
      const editor = await openText('still here');
      await vscode.commands.executeCommand(`${OURS}explain`);
      const panel = extension().exports.panels.of(editor.document.uri)!;
      assert.doesNotMatch(eventOf(panel, 'begin').modelName, /short|missing/);
      assert.ok(kinds(panel).includes('done'));
    } finally {
      client.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
