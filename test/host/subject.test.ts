import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { placeAtCursor, surelyHasSubject, takeText } from '../../src/editor/subject';
import { closeEverything, openText, openUntitled, select } from './support';

type Provided = vscode.ProviderResult<vscode.DocumentSymbol[] | vscode.SymbolInformation[]>;

describe('what is explained', () => {
  const disposables: vscode.Disposable[] = [];
  afterEach(async () => {
    disposables.splice(0).forEach((disposable) => disposable.dispose());
    await closeEverything();
  });

  function provideSymbols(provide: (document: vscode.TextDocument) => Provided): void {
    const provider = { provideDocumentSymbols: provide };
    disposables.push(vscode.languages.registerDocumentSymbolProvider({ language: 'plaintext' }, provider));
  }

  const symbol = (name: string, kind: vscode.SymbolKind, range: vscode.Range): vscode.DocumentSymbol =>
    new vscode.DocumentSymbol(name, '', kind, range, range);

  async function taken(editor: vscode.TextEditor, maxTokens = 1000): Promise<ReturnType<typeof takeText>> {
    return takeText(editor.document, await placeAtCursor(editor), maxTokens);
  }

  const CODE = 'class A {\n    run() {\n        x;\n    }\n}\n\nlast line';

  function classWithMethod(): Provided {
    const method = symbol('run', vscode.SymbolKind.Method, new vscode.Range(1, 4, 3, 5));
    const variable = symbol('x', vscode.SymbolKind.Variable, new vscode.Range(2, 8, 2, 10));
    const all = symbol('A', vscode.SymbolKind.Class, new vscode.Range(0, 0, 4, 1));
    method.children = [variable];
    all.children = [method];
    return [all];
  }

  it('a selection, exactly', async () => {
    const editor = await openText('one two three');
    select(editor, 4, 7);
    const { subject, start } = await taken(editor);
    assert.deepEqual([subject.text, subject.origin, start], ['two', 'selection', 4]);
  });

  it('in a document that was never saved', async () => {
    const editor = await openUntitled('one two three');
    select(editor, 4, 7);
    const { subject } = await taken(editor);
    assert.deepEqual([subject.text, subject.title], ['two', editor.document.fileName]);
  });

  it('of several selections the primary one', async () => {
    const editor = await openText('one two three');
    const selection = (from: number, to: number): vscode.Selection => new vscode.Selection(0, from, 0, to);
    editor.selections = [selection(8, 13), selection(0, 3)];
    assert.equal((await taken(editor)).subject.text, 'three');
  });

  it('a selection made backwards is taken forwards', async () => {
    const editor = await openText('one two three');
    select(editor, 7, 4);
    assert.equal((await taken(editor)).subject.text, 'two');
  });

  it('without a selection the smallest function or class, with its indentation', async () => {
    provideSymbols(classWithMethod);
    const editor = await openText(CODE);
    select(editor, CODE.indexOf('x;'), CODE.indexOf('x;'));
    const { subject } = await taken(editor);
    assert.equal(subject.text, '    run() {\n        x;\n    }');
    assert.deepEqual([subject.origin, subject.symbol, subject.firstLine, subject.lastLine], ['symbol', 'run', 2, 4]);
  });

  it('a cursor in the indentation before a method is in the method', async () => {
    provideSymbols(classWithMethod);
    const editor = await openText(CODE);
    editor.selection = new vscode.Selection(1, 1, 1, 1);
    // The class contains the position too, but only the method is as small as the line.
    assert.equal((await taken(editor)).subject.symbol, 'run');
  });

  it('a provider that answers with a flat list', async () => {
    provideSymbols(({ uri }) => [
      new vscode.SymbolInformation(
        'A',
        vscode.SymbolKind.Class,
        '',
        new vscode.Location(uri, new vscode.Range(0, 0, 4, 1)),
      ),
      new vscode.SymbolInformation(
        'run',
        vscode.SymbolKind.Method,
        'A',
        new vscode.Location(uri, new vscode.Range(1, 4, 3, 5)),
      ),
    ]);
    const editor = await openText(CODE);
    editor.selection = new vscode.Selection(2, 9, 2, 9);
    assert.equal((await taken(editor)).subject.symbol, 'run');
  });

  it('outside of all symbols the line', async () => {
    provideSymbols(classWithMethod);
    const editor = await openText(CODE);
    editor.selection = new vscode.Selection(6, 3, 6, 3);
    const { subject } = await taken(editor);
    assert.deepEqual([subject.text, subject.origin], ['last line', 'line']);
  });

  it('a provider that never answers costs a second, then it is the line', async () => {
    provideSymbols(() => new Promise(() => undefined));
    const editor = await openText('only line');
    const started = performance.now();
    assert.equal((await taken(editor)).subject.origin, 'line');
    const waited = performance.now() - started;
    // Late by whatever else this machine does; without the limit it would be for ever.
    assert.ok(waited > 500 && waited < 15_000, `${waited} ms`);
  });

  it('a provider that fails is as good as none', async () => {
    provideSymbols(() => {
      throw new Error('broken on purpose');
    });
    assert.equal((await taken(await openText('only line'))).subject.origin, 'line');
  });

  it('an empty line outside of symbols is nothing, and says which line', async () => {
    const editor = await openText('first\n\n  \nlast');
    for (const line of [1, 2]) {
      editor.selection = new vscode.Selection(line, 0, line, 0);
      assert.equal(surelyHasSubject(editor), false);
      await assert.rejects(placeAtCursor(editor), { code: 'input-empty', detail: { line: line + 1 } });
    }
  });

  it('a binary document is refused by its name', async () => {
    const editor = await openUntitled('GGUF\0\0\0');
    const file = editor.document.fileName;
    await assert.rejects(taken(editor), { code: 'input-binary', detail: { file } });
  });

  it('keeps CRLF, tabs and emoji, and counts as the document does', async () => {
    const editor = await openText('a\r\n\t\u{1f600}b\r\nc');
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
    editor.selection = new vscode.Selection(1, 0, 2, 1);
    const { subject, start, document } = await taken(editor);
    assert.deepEqual([subject.text, start], ['\t\u{1f600}b\r\nc', 3]);
    const b = document.positionAt(start + subject.text.indexOf('b'));
    assert.deepEqual([b.line, b.character], [1, 3]);
  });

  it('sends the beginning of a long selection and knows how long it was', async () => {
    const editor = await openText('\u{1f600}'.repeat(200_000) + '\n'.repeat(100_000));
    await vscode.commands.executeCommand('editor.action.selectAll');
    const { subject, totalChars } = await taken(editor, 17);
    assert.deepEqual([subject.text.length, totalChars, subject.text.endsWith('\u{1f600}')], [272, 500_000, true]);
  });

  it('cuts before, not within, a pair', async () => {
    const editor = await openText('x' + '\u{1f600}'.repeat(1000));
    await vscode.commands.executeCommand('editor.action.selectAll');
    const { text } = (await taken(editor, 16)).subject;
    assert.deepEqual([text.length, text.codePointAt(253)], [255, 0x1f600]);
  });

  it('a notebook cell is a document with a name that says which cell', async () => {
    const cell = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'plaintext');
    const content = new vscode.NotebookData([cell('first'), cell('second cell')]);
    // The type is the one that VS Code's own ipynb support declares.
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', content);
    const { document } = notebook.cellAt(1);
    const place = { uri: document.uri, range: new vscode.Range(0, 0, 0, 6), origin: 'selection' as const };
    const { subject } = takeText(document, place, 100);
    assert.equal(subject.text, 'second');
    assert.match(subject.title, /\[2\]$/);
  });
});
