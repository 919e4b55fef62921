/** The Milestone History inside VS Code: links to an entry, and what experiments are given to read. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { exportFrom } from '../../src/commands/export';
import { saveFile } from '../../src/host/saveFile';
import { chineseWords } from '../../src/panels/chineseWords';
import { milestoneInputs } from '../../src/panels/milestoneInputs';
import { followMilestoneLink } from '../../src/commands/openMilestones';
import { MILESTONES_VIEW } from '../../src/panels/milestonesPanel';
import { closeEverything, extension, openText, select, until } from './support';

describe('the Milestone History', function () {
  this.timeout(60_000);
  afterEach(closeEverything);

  const opened = async (...args: string[]): Promise<string[]> => {
    const { milestones } = await extension().activate();
    const shown: string[] = [];
    const subscription = milestones.onDidShow((id) => shown.push(id));
    await vscode.commands.executeCommand('attentionExplainer.openMilestones', ...args);
    const wanted = args[0] ?? 'backpropagation';
    await until(milestones.onDidShow, () => shown.includes(wanted));
    subscription.dispose();
    return shown;
  };

  it('opens at the entry that a link names, also when it is open', async () => {
    assert.equal((await opened('transformer')).at(-1), 'transformer');
    assert.equal((await opened('phil')).at(-1), 'phil');
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    assert.equal(tabs.length, 1);
  });

  it('opens where a link from outside leads, and says so where it leads nowhere', async () => {
    const { milestones } = await extension().activate();
    const shown: string[] = [];
    const subscription = milestones.onDidShow((id) => shown.push(id));
    followMilestoneLink(milestones, vscode.Uri.parse('vscode://any.any/milestones/nowhere'));
    assert.equal(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length, 0);
    followMilestoneLink(milestones, vscode.Uri.parse('vscode://any.any/milestones/word2vec?seed=2&o.count=9'));
    await until(milestones.onDidShow, () => shown.includes('word2vec'));
    subscription.dispose();
  });

  it('takes up a panel of the last session, and closes a second one', async () => {
    const { milestones } = await extension().activate();
    const left = (column: vscode.ViewColumn): vscode.WebviewPanel =>
      vscode.window.createWebviewPanel(MILESTONES_VIEW, 'Milestone History', column);
    let shown = '';
    const subscription = milestones.onDidShow((id) => (shown = id));
    await milestones.deserializeWebviewPanel(left(vscode.ViewColumn.One));
    await until(milestones.onDidShow, () => shown === 'backpropagation');
    subscription.dispose();
    const second = left(vscode.ViewColumn.Two);
    const closed = new Promise<void>((resolve) => second.onDidDispose(resolve));
    await milestones.deserializeWebviewPanel(second);
    await closed;
    // A link goes to the panel that was taken up.
    assert.equal((await opened('phil')).at(-1), 'phil');
  });

  it('gives experiments the selection, or nothing, and the workspace only where they ask', async () => {
    const { extensionUri } = extension();
    const { signal } = new AbortController();
    assert.deepEqual((await milestoneInputs({ selection: true }, extensionUri, signal)).selection, null);
    const editor = await openText('one two three');
    select(editor, 4, 7);
    const needs = { selection: true, workspaceCharacters: 2000, models: ['default'] as const };
    const { selection, workspace, models } = await milestoneInputs(needs, extensionUri, signal);
    assert.equal(selection?.text, 'two');
    assert.ok(workspace.length > 0 && workspace.reduce((sum, { text }) => sum + text.length, 0) <= 2000);
    assert.match(models.default, /\.gguf$/);
    assert.deepEqual((await milestoneInputs({}, extensionUri, signal)).workspace, []);
  });

  it('writes a log as it was made to the place that the person names, and nothing where none is named', async () => {
    const { showSaveDialog } = vscode.window;
    const folder = vscode.Uri.file(mkdtempSync(path.join(tmpdir(), 'attention-log-')));
    const place = vscode.Uri.joinPath(folder, 'named.mcap');
    let wish: vscode.SaveDialogOptions | undefined;
    const naming = (named?: vscode.Uri) => (asked?: vscode.SaveDialogOptions) => ((wish = asked), Promise.resolve(named)); // prettier-ignore
    try {
      vscode.window.showSaveDialog = naming();
      assert.equal(await saveFile('table-top', 'mcap', Uint8Array.of(1)), false);
      assert.equal((await vscode.workspace.fs.readDirectory(folder)).length, 0);
      vscode.window.showSaveDialog = naming(place);
      assert.equal(await saveFile('table-top', 'mcap', Uint8Array.of(0x89, 0, 255)), true);
      assert.deepEqual(wish?.filters, { MCAP: ['mcap'] });
      assert.deepEqual([...(await vscode.workspace.fs.readFile(place))], [0x89, 0, 255]);
    } finally {
      vscode.window.showSaveDialog = showSaveDialog;
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('is saved by “Export…” as other panels are: what its page offers, to the place that the person names', async () => {
    const { milestones } = await extension().activate();
    const { showSaveDialog } = vscode.window;
    const folder = vscode.Uri.file(mkdtempSync(path.join(tmpdir(), 'attention-sheet-')));
    const wishes: vscode.SaveDialogOptions[] = [];
    const exportIt = (place: object): Thenable<unknown> => vscode.commands.executeCommand('attentionExplainer.export', place); // prettier-ignore
    try {
      vscode.window.showSaveDialog = (wish?: vscode.SaveDialogOptions) => {
        wishes.push(wish!);
        return Promise.resolve(vscode.Uri.joinPath(folder, `${wishes.length}.html`));
      };
      assert.equal(milestones.active, undefined);
      await opened('backpropagation');
      const offered = await milestones.active!.exportable();
      assert.deepEqual(offered?.views.map(({ name, formats }) => [name, ...formats]), [
        ['sheet', 'html'],
        ['sheet-both', 'html'],
      ]); // prettier-ignore
      for (const view of ['sheet', 'sheet-both']) await exportIt({ view, format: 'html' });
      const sheets = await Promise.all([1, 2].map((at) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, `${at}.html`)))); // prettier-ignore
      const [one, both] = sheets.map((bytes) => new TextDecoder().decode(bytes));
      for (const text of [one, both]) assert.match(text, /^<!doctype html>[^]*Backpropagation/);
      assert.deepEqual([one, both].map((text) => text.includes('请你判断')), [false, true]); // prettier-ignore
      assert.deepEqual(wishes.map(({ filters }) => filters), [{ HTML: ['html'] }, { HTML: ['html'] }]); // prettier-ignore
      const exe = { view: 'sheet', format: 'exe' as 'html' };
      await assert.rejects(exportFrom(milestones.active!, exe), { code: 'internal' });
      assert.equal(wishes.length, 2);
    } finally {
      vscode.window.showSaveDialog = showSaveDialog;
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('has the Chinese of a sheet in both languages, whatever VS Code speaks', async () => {
    const words = await chineseWords(extension().extensionUri);
    assert.equal(words['Judge for yourself'], '请你判断');
  });

  it('stops collecting the workspace when the run is stopped', async () => {
    const { extensionUri } = extension();
    const collecting = milestoneInputs({ workspaceCharacters: 1e6 }, extensionUri, AbortSignal.abort());
    await assert.rejects(collecting, { code: 'cancelled' });
  });
});
