import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EditorLink } from '../../src/editor/editorLink';
import { takeText } from '../../src/editor/subject';
import type { PanelToken } from '../../src/protocol/explanation';
import { closeEverything, openText, until } from './support';

/** One token for each character, as the worker would report them. */
function tokensOf(text: string): PanelToken[] {
  let char = 0;
  return Array.from(text, (label) => {
    const charStart = char;
    char += label.length;
    return { id: 0, start: 0, end: 0, charStart, charEnd: char, label };
  });
}

describe('the link between tokens and the editor', () => {
  const disposables: vscode.Disposable[] = [];
  afterEach(async () => {
    disposables.splice(0).forEach((disposable) => disposable.dispose());
    await closeEverything();
  });

  /** Links the whole of `text` where it stands in `content`. */
  async function link(content: string, text: string): Promise<{ editor: vscode.TextEditor; made: EditorLink }> {
    const editor = await openText(content);
    const { document } = editor;
    const at = content.indexOf(text);
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + text.length));
    const taken = takeText(document, { uri: document.uri, range, origin: 'selection' }, 1000);
    assert.equal(taken.subject.text, text);
    const made = new EditorLink(taken);
    made.tokens = tokensOf(text);
    disposables.push(made);
    return { editor, made };
  }

  function textAt({ document }: vscode.TextEditor, range: vscode.Range | undefined): string | undefined {
    return range && document.getText(range);
  }

  it('every token stands on its own characters, with CRLF, tabs and emoji before and within', async () => {
    const text = '\tb\u{1f600}\r\n中c';
    const { editor, made } = await link(`\u{1f600}\r\n${text}\r\nend`, text);
    // No position of a document lies between CR and LF, so the LF's mark covers both.
    assert.deepEqual(
      Array.from(text, (_, token) => textAt(editor, made.rangeOf(token))),
      ['\t', 'b', '\u{1f600}', '', '\r\n', '中', 'c'],
    );
  });

  it('a cursor position finds its token, and none outside', async () => {
    const { editor, made } = await link('ab\r\ncd\r\nef', 'cd');
    const token = (line: number, character: number): number | undefined =>
      made.tokenAt(new vscode.Position(line, character));
    assert.deepEqual(
      [token(0, 1), token(1, 0), token(1, 1), token(1, 2), token(2, 0)],
      [undefined, 0, 1, 1, undefined],
    );
    assert.equal(editor.document.lineCount, 3);
  });

  it('moving the cursor asks for the token there, once', async () => {
    const { editor, made } = await link('abc def', 'def');
    const asked: number[] = [];
    disposables.push(made.onQuery((token) => asked.push(token)));
    for (const character of [1, 5, 6]) {
      const moved = until(
        vscode.window.onDidChangeTextEditorSelection,
        () => editor.selection.active.character === character,
      );
      editor.selection = new vscode.Selection(0, character, 0, character);
      await moved;
    }
    // Position 6 is before “f”; the end of the text would be “f” again.
    const end = until(vscode.window.onDidChangeTextEditorSelection, () => editor.selection.active.character === 7);
    editor.selection = new vscode.Selection(0, 7, 0, 7);
    await end;
    assert.deepEqual(asked, [1, 2]);
  });

  it('an edit inside is stale and withholds its tokens; undo makes everything whole', async () => {
    const { editor, made } = await link('xx abcdef yy', 'abcdef');
    const states: boolean[] = [];
    disposables.push(made.onStale((stale) => states.push(stale)));
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 5, 0, 7), 'NEW'));
    assert.deepEqual(
      [0, 2, 3, 4].map((token) => textAt(editor, made.rangeOf(token))),
      ['a', undefined, undefined, 'e'],
    );
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'before '));
    assert.equal(textAt(editor, made.rangeOf(5)), 'f');
    const undone = until(made.onStale, () => !made.stale);
    await vscode.commands.executeCommand('undo');
    await vscode.commands.executeCommand('undo');
    await undone;
    assert.deepEqual(states, [true, false]);
    assert.equal(textAt(editor, made.rangeOf(2)), 'c');
    assert.equal(textAt(editor, made.range), 'abcdef');
  });

  it('edits elsewhere move it and leave it fresh', async () => {
    const { editor, made } = await link('one\ntwo\nthree', 'two');
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'zero\n');
      edit.delete(new vscode.Range(2, 0, 2, 5));
    });
    assert.equal(made.stale, false);
    assert.equal(textAt(editor, made.rangeOf(1)), 'w');
    assert.equal(made.range.start.line, 2);
  });

  it('other line ends leave a line what it was, and make several lines stale', async () => {
    const single = await link('a\nb\ncd', 'cd');
    await single.editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    assert.equal(single.made.stale, false);
    assert.equal(textAt(single.editor, single.made.rangeOf(1)), 'd');
    const several = await link('a\nb\ncd', 'b\ncd');
    await several.editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    assert.equal(several.made.stale, true);
    assert.equal(textAt(several.editor, several.made.rangeOf(0)), 'b');
    assert.equal(textAt(several.editor, several.made.rangeOf(3)), 'd');
  });

  it('revealing a token puts the cursor before it', async () => {
    const { editor, made } = await link(`${'\n'.repeat(300)}abc`, 'abc');
    await made.reveal(2);
    const { selection, visibleRanges } = vscode.window.activeTextEditor!;
    assert.equal(vscode.window.activeTextEditor!.document, editor.document);
    assert.deepEqual([selection.active.line, selection.active.character], [300, 2]);
    if (!visibleRanges[0].contains(selection.active)) {
      await until(vscode.window.onDidChangeTextEditorVisibleRanges, () =>
        vscode.window.activeTextEditor!.visibleRanges.some((range) => range.contains(selection.active)),
      );
    }
  });
});
