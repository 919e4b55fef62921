/** The ready texts: each has three things to notice, and opens selected, with its panel. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { GALLERY_SCHEME, galleryText, galleryTexts } from '../../src/editor/gallery';
import { OLDEST } from '../../src/editor/readyTexts';
import { closeEverything, eventOf, extension, until } from './support';

describe('Ready texts', () => {
  afterEach(closeEverything);

  it('are eight, for eight things, with three things to notice in each', () => {
    const texts = galleryTexts();
    assert.equal(new Set(texts.map(({ file }) => file)).size, 8);
    assert.equal(new Set(texts.flatMap(({ notice }) => notice)).size, 24);
    for (const { file, title, text } of texts) {
      assert.ok(title !== '' && text.trim().length > 50, file);
      assert.equal(galleryText(vscode.Uri.from({ scheme: GALLERY_SCHEME, path: `/${file}` }))?.text, text);
    }
    assert.equal(galleryText(vscode.Uri.file(`/${texts[0].file}`)), undefined);
  });

  it('a text opens selected to its end, and a panel explains it', async () => {
    const [{ file, text }] = galleryTexts();
    await vscode.commands.executeCommand('attentionExplainer.openReadyText', file);
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === GALLERY_SCHEME)!;
    assert.equal(editor.document.getText(), text);
    assert.equal(editor.document.getText(editor.selection), text);
    const hasPanel = (): boolean =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes(`: ${file}`)));
    await until(vscode.window.tabGroups.onDidChangeTabs, hasPanel);
  });

  it('the text of four ages is explained at the oldest, and offers them whatever model is chosen then', async () => {
    await vscode.commands.executeCommand('attentionExplainer.openReadyText', 'ages.py');
    const { panels } = extension().exports;
    const panel = panels.of(vscode.Uri.from({ scheme: GALLERY_SCHEME, path: '/ages.py' }))!;
    const { all, at } = eventOf(panel, 'begin').ages!;
    assert.deepEqual([all.length, all.at(-1), at], [4, OLDEST, OLDEST]);
    panels.modelChanged();
    await until(panel.onDidChange, () => !panel.busy);
    assert.deepEqual(eventOf(panel, 'begin').ages, { all, at: null });
  });
});
