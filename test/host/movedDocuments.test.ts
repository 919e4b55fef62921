/** Explanations whose document goes on under another name, or is gone; and where panels and texts open. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { bench, closeEverything, eventOf, kinds, openText, openUntitled, select, until, type Bench } from './support';

const CONTEXT = { signal: new AbortController().signal, progress: (): void => undefined };

describe('explained documents', () => {
  let on: Bench;
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'attention-moved-'))));
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => (on = bench()));
  afterEach(async () => {
    on.dispose();
    await closeEverything();
  });

  async function explained(editor: vscode.TextEditor): Promise<NonNullable<ReturnType<Bench['panels']['of']>>> {
    select(editor, 0, editor.document.getText().length);
    await on.panels.explain(editor);
    return on.panels.of(editor.document.uri)!;
  }

  it('that are renamed: the panel is about the new file, and its tokens lead there', async () => {
    const editor = await openText('hello');
    const panel = await explained(editor);
    const renamed = vscode.Uri.file(path.join(folder, 'renamed.txt'));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(editor.document.uri, renamed);
    await vscode.workspace.applyEdit(edit);
    await until(on.panels.onDidChange, () => on.panels.of(renamed) === panel);
    assert.equal(panel.panel.title, 'Attention: renamed.txt');
    assert.equal(on.panels.size, 1);
    await panel.answers.reveal({ token: 2 }, CONTEXT);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), renamed.toString());
    assert.equal(vscode.window.activeTextEditor?.selection.active.character, 2);
    assert.ok(!kinds(panel).includes('stale') || !eventOf(panel, 'stale').stale, 'not a character was changed');
    await panel.retry();
    assert.equal(eventOf(panel, 'begin').subject.title, 'renamed.txt');
  });

  it('that were untitled and are saved: the panel is about the file', async () => {
    const editor = await openUntitled('not saved yet');
    const panel = await explained(editor);
    const file = vscode.Uri.file(path.join(folder, 'saved.ts'));
    // What saving does, without its dialog: the file is opened, then the untitled text is closed.
    await vscode.workspace.fs.writeFile(file, Buffer.from('not saved yet'));
    await vscode.window.showTextDocument(editor.document);
    await vscode.workspace.openTextDocument(file);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until(on.panels.onDidChange, () => on.panels.of(file) === panel);
    assert.equal(panel.panel.title, 'Attention: saved.ts');
    await panel.answers.reveal({ token: 4 }, CONTEXT);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), file.toString());
  });

  it('that were untitled and are closed: the panel says so, keeps its picture, and opens no empty text', async () => {
    const editor = await openUntitled('gone for good');
    const panel = await explained(editor);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until(panel.onDidChange, () => kinds(panel).includes('failed'));
    const { message, canRetry } = eventOf(panel, 'failed');
    assert.match(message, /^“untitled-\d+\.txt” was closed without being saved/);
    assert.equal(canRetry, false);
    assert.ok(kinds(panel).includes('done'));
    await panel.answers.reveal({ token: 1 }, CONTEXT);
    assert.deepEqual(
      vscode.workspace.textDocuments.filter(({ isUntitled, isClosed }) => isUntitled && !isClosed),
      [],
    );
  });

  it('show their panels in one column, and their texts beside them', async () => {
    const first = await explained(await openText('one'));
    await until(first.panel.onDidChangeViewState, () => first.panel.viewColumn === vscode.ViewColumn.Two);
    first.panel.reveal(undefined, false);
    await until(first.panel.onDidChangeViewState, () => first.panel.active);
    const other = await openText('three');
    const second = await explained(other);
    await until(second.panel.onDidChangeViewState, () => second.panel.viewColumn !== undefined);
    assert.equal(second.panel.viewColumn, vscode.ViewColumn.Two);
    // Its text is closed, and the panel has the focus: it is opened again where no panel is covered.
    await vscode.window.showTextDocument(other.document);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    second.panel.reveal(undefined, false);
    await until(second.panel.onDidChangeViewState, () => second.panel.active);
    await second.answers.reveal({ token: 0 }, CONTEXT);
    assert.notEqual(vscode.window.activeTextEditor?.viewColumn, second.panel.viewColumn);
    assert.ok(second.panel.visible);
  });
});
