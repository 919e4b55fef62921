/** The chain-of-thought panels inside VS Code: what they open, what their page may ask, and how failures are told. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ReasoningPanel } from '../../src/panels/reasoningPanel';
import type { CallContext } from '../../src/protocol/rpc';
import { tinyModelBytes } from '../support/tinyModel';
import { closeEverything, extension, openText, select, until } from './support';

const context = (): CallContext<never> => ({ signal: new AbortController().signal, progress: () => undefined });

describe('chain-of-thought panels', function () {
  this.timeout(60_000);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'attention-reasoning-'))));
  after(() => rmSync(folder, { recursive: true }));
  afterEach(closeEverything);

  const panels = async (): Promise<readonly ReasoningPanel[]> => (await extension().activate()).reasoning.all;
  const file = (name: string, text: string): vscode.Uri => {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return vscode.Uri.file(at);
  };

  it('the command opens a panel of its own for each problem, and closing it frees it', async () => {
    const editor = await openText('Ann has 5 pens. She buys 3 more. How many pens does Ann have now?');
    select(editor, 0, 30);
    await vscode.commands.executeCommand('attentionExplainer.stepThrough');
    assert.equal((await panels()).length, 1);
    assert.match((await panels())[0].panel.title, /^Chain of Thought: text-\d+\.txt$/);
    await closeEverything();
    assert.equal((await panels()).length, 0);
  });

  it('panels stand in one column beside the editor, however many there are', async () => {
    for (const [i, text] of [
      '<think>\n1 + 1 = 2. So two.\n</think>\n2',
      '<think>\n2 + 2 = 4. So four.\n</think>\n4',
    ].entries()) {
      const editor = await openText(text);
      editor.selection = new vscode.Selection(0, 0, 9, 0);
      await vscode.commands.executeCommand('attentionExplainer.stepThrough');
      const { panel } = (await panels())[i];
      if (panel.viewColumn === undefined) await until(panel.onDidChangeViewState, () => panel.viewColumn !== undefined);
      assert.equal(panel.viewColumn, vscode.ViewColumn.Two);
      // The next one is asked for from the panel's column, as after a look at it.
      panel.reveal(undefined, false);
      await until(panel.onDidChangeViewState, () => panel.active);
    }
    assert.deepEqual(
      (await panels()).map(({ panel }) => panel.viewColumn),
      [vscode.ViewColumn.Two, vscode.ViewColumn.Two],
    );
    // An explanation beside them opens there, too, asked for from any of the columns.
    const editor = await openText('let a = 1;\nlet b = a;\n');
    select(editor, 0, 20);
    await vscode.commands.executeCommand('attentionExplainer.explain');
    const ours = (): vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview);
    await until(vscode.window.tabGroups.onDidChangeTabs, () => ours().length === 3);
    assert.deepEqual(
      ours().map(({ group }) => group.viewColumn),
      [vscode.ViewColumn.Two, vscode.ViewColumn.Two, vscode.ViewColumn.Two],
    );
    assert.equal(vscode.window.tabGroups.all.length, 2);
  });

  it('a page can have a problem solved, divided and read by the bundled reasoner', async () => {
    await vscode.commands.executeCommand('attentionExplainer.stepThrough');
    const [{ answers }] = await panels();
    const [problem] = await answers.problems({ seed: 2, count: 1, steps: 2, language: 'en' }, context());
    const texts: string[] = [];
    const progress = (report: { kind: string; text?: string }): void => {
      if (report.kind === 'text') texts.push(report.text!);
    };
    const { text, ids } = await answers.solve(
      { question: problem.question, withSteps: true },
      { signal: new AbortController().signal, progress },
    );
    assert.equal(texts.at(-1), text);
    const into = { by: 'lines' as const, start: 0, end: text.length };
    const steps = await answers.divide({ text, into }, context());
    assert.ok(steps.length >= 2, text);
    assert.equal(steps.at(-1)!.isAnswer, true);
    const solution = { question: problem.question, text, textStart: 0, steps, ids };
    const reading = await answers.read({ solution, view: 0 }, context());
    assert.equal(reading.endStep, steps.length);
    assert.ok(reading.experts > 0 && reading.routing.length > 0);
    await answers.release({ of: reading.reading }, context());
    await assert.rejects(Promise.resolve(answers.heads({ reading: reading.reading, step: 0 }, context())), {
      code: 'trace-gone',
    });
  });

  it('a file with one trace opens at once; a broken one is told with line and column, and opens nothing', async () => {
    const good = file('good.txt', '<think>\n1 + 1 = 2. So two.\n</think>\n2');
    await vscode.commands.executeCommand('attentionExplainer.importTrace', good);
    assert.equal((await panels()).length, 1);
    assert.equal((await panels())[0].panel.title, 'Chain of Thought: good.txt');
    const broken = file('broken.json', '{"answer": oops}');
    await vscode.commands.executeCommand('attentionExplainer.importTrace', broken);
    assert.equal((await panels()).length, 1);
  });

  it('a file that is too large, and one with a long broken string, open nothing and break nothing', async () => {
    const huge = file('huge.txt', 'x'.repeat(33 * 2 ** 20));
    await vscode.commands.executeCommand('attentionExplainer.importTrace', huge);
    const broken = file('long.json', `{"answer": "${'x'.repeat(9_000_000)}", "more": oops}`);
    await vscode.commands.executeCommand('attentionExplainer.importTrace', broken);
    assert.equal((await panels()).length, 0);
    const good = file('after.txt', '1. Take 2.\n2. Add 3: 2 + 3 = 5');
    await vscode.commands.executeCommand('attentionExplainer.importTrace', good);
    assert.equal((await panels()).length, 1);
  });

  it('a chosen model solves through its chat template, else from worked examples, and is compared in the same way', async () => {
    // A token for each byte: with the worked examples, problems of eight steps are longer than it looks back over.
    const CONTEXT = 1000;
    const choose = 'attentionExplainer.chooseModel';
    const bundled = path.join(extension().extensionPath, 'media', 'models', 'attention-explainer-moe-q8_0.gguf');
    try {
      for (const asked of ['chat', 'few-shot'] as const) {
        const at = path.join(folder, `${asked}.gguf`);
        writeFileSync(at, tinyModelBytes({ chat: asked === 'chat', context: CONTEXT }));
        assert.ok(await vscode.commands.executeCommand(choose, vscode.Uri.file(at)));
        await vscode.commands.executeCommand('attentionExplainer.stepThrough');
        const [{ answers }] = await panels();
        const { prompt, modelName } = await answers.solve({ question: 'How many?', withSteps: false }, context());
        assert.deepEqual([prompt, modelName], [asked, 'tiny']);
        const options = { seed: 1, count: 1, steps: [1, 8], language: 'en' as const, unseen: false };
        const rows = await answers.compare(options, context());
        assert.deepEqual(
          rows.map(({ trials, tooLong }) => [trials, tooLong?.context, tooLong?.withExamples]),
          [[1, undefined, undefined], asked === 'chat' ? [1, undefined, undefined] : [0, CONTEXT, true]],
        );
        const own = 'Ann has 5 pens. '.repeat(80);
        await assert.rejects(Promise.resolve(answers.solve({ question: own, withSteps: true }, context())), {
          code: 'prompt-too-long',
          message: /^The model’s context is 1000 tokens, and the problem, as it is asked, takes \d{4}: .*Shorten/,
        });
        await closeEverything();
      }
    } finally {
      await vscode.commands.executeCommand(choose, vscode.Uri.file(bundled));
    }
  });

  it('a model whose context is shorter than the worked examples answers nothing, and the person learns why', async () => {
    const choose = 'attentionExplainer.chooseModel';
    const bundled = path.join(extension().extensionPath, 'media', 'models', 'attention-explainer-moe-q8_0.gguf');
    const at = path.join(folder, 'short.gguf');
    writeFileSync(at, tinyModelBytes());
    try {
      assert.ok(await vscode.commands.executeCommand(choose, vscode.Uri.file(at)));
      await vscode.commands.executeCommand('attentionExplainer.stepThrough');
      const [{ answers }] = await panels();
      const told = {
        code: 'prompt-too-long',
        message:
          /^The model’s context is 64 tokens, and the problem with its worked examples takes \d{3,4}: .*longer context, or one with a chat template/,
      };
      const question = 'How many?';
      await assert.rejects(Promise.resolve(answers.solve({ question, withSteps: false }, context())), told);
      await assert.rejects(Promise.resolve(answers.solve({ question, withSteps: true }, context())), told);
      const options = { seed: 1, count: 1, steps: [1, 2], language: 'en' as const, unseen: false };
      await assert.rejects(Promise.resolve(answers.compare(options, context())), told);
    } finally {
      await vscode.commands.executeCommand(choose, vscode.Uri.file(bundled));
    }
  });

  it('VS Code is asked for language models when a question goes to one, and not before', async () => {
    const own = vscode.lm.selectChatModels;
    let asked = 0;
    const counting = (): Thenable<vscode.LanguageModelChat[]> => {
      asked++;
      return Promise.resolve([]);
    };
    Object.assign(vscode.lm, { selectChatModels: counting });
    try {
      await vscode.commands.executeCommand('attentionExplainer.stepThrough');
      const [{ answers }] = await panels();
      await answers.ready({}, context());
      await answers.solve({ question: 'One and one?', withSteps: false }, context());
      assert.equal(asked, 0);
      await answers.ask({ question: 'One and one?', expected: null, whom: 'vscode' }, context());
      assert.equal(asked, 1);
    } finally {
      Object.assign(vscode.lm, { selectChatModels: own });
    }
  });

  it('errors reach the page in the person’s words', async () => {
    await vscode.commands.executeCommand('attentionExplainer.stepThrough');
    const [{ answers }] = await panels();
    const asked = Promise.resolve(answers.receivers({ reading: { worker: 99, kept: 1 }, top: 3 }, context()));
    await assert.rejects(asked, { message: /no longer in memory/ });
  });

  it('a step is selected in its file, and wrong sums are marked there while the panel is open', async () => {
    const said = 'First 4 + 4 = 8.\nThen 466 - 66 = 390.\nSo 390 + 1 = 391.';
    const uri = file(
      'answers.jsonl',
      `{"question":"Q?","response":"1 + 1 = 2."}\n${JSON.stringify({ response: said })}\n`,
    );
    const { answers, panel } = (await extension().activate()).reasoning.open();
    const source = { uri: uri.toString(), line: 2, index: 1 };
    await answers.mark({ source, sums: [{ text: '466 - 66 = 390', nth: 0, is: '400', corrected: false }] }, context());
    const [mark, ...more] = vscode.languages.getDiagnostics(uri);
    assert.deepEqual(more, []);
    assert.equal(mark.message, 'Wrong sum: 466 - 66 = 390; it is 400.');
    assert.equal(mark.range.start.line, 1);

    const piece = { text: 'Then 466 - 66 = 390.', nth: 0 };
    assert.equal(await answers.reveal({ source, piece, open: false }, context()), false, 'nobody looks at the file');
    assert.equal(await answers.reveal({ source, piece, open: true }, context()), true);
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === source.uri);
    assert.equal(editor?.document.getText(editor.selection), piece.text);

    // Lines above it go: the mark follows.
    const changed = vscode.languages.onDidChangeDiagnostics;
    const edit = new vscode.WorkspaceEdit();
    edit.delete(uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(edit);
    await until(changed, () => vscode.languages.getDiagnostics(uri)[0]?.range.start.line === 0);

    panel.dispose();
    await until(changed, () => vscode.languages.getDiagnostics(uri).length === 0);
  });

  it('the other traces of one question in a file are laid beside the one on show', async () => {
    const record = (question: string, answer: string): string => JSON.stringify({ question, answer });
    const uri = file(
      'samples.jsonl',
      [
        record('How many?', '4 + 4 = 8\n8 - 1 = 7\n#### 7'),
        record('Another?', '1 + 1 = 2\n2 + 1 = 3\n#### 3'),
        record('How many?', '4 + 4 = 8\n8 - 1 = 6\n#### 6'),
      ].join('\n'),
    );
    const { answers } = (await extension().activate()).reasoning.open();
    const source = { uri: uri.toString(), line: 1, index: 0 };
    const [other, ...more] = await answers.others({ source, question: 'How many?' }, context());
    assert.deepEqual(more, []);
    assert.deepEqual([other.trace.answer, other.source.index, other.source.line], ['6', 2, 3]);
    const [own] = await answers.others({ source: { ...source, index: 2 }, question: 'How many?' }, context());
    const { pairs, first } = await answers.align({ left: own.trace.steps, right: other.trace.steps }, context());
    assert.equal(pairs.length, own.trace.steps.length);
    assert.equal(first, 1);
  });

  it('a pipe is no file to import: nobody waits for what never comes', async function () {
    if (process.platform === 'win32') this.skip();
    const at = path.join(folder, 'pipe.jsonl');
    execFileSync('mkfifo', [at]);
    const { reasoning } = await extension().activate();
    assert.equal(await reasoning.importFile(vscode.Uri.file(at)), undefined);
    assert.equal(reasoning.all.length, 0);
  });
});
