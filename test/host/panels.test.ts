/**
 * Explain panels on a worker that computes nothing: what a page is told, in which order, and what is meant by what is done there. Long, because
 * every test opens a text and its panel by the same few helpers.
 */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import {
  bench,
  closeEverything,
  eventOf,
  kinds,
  memento,
  openText,
  openUntitled,
  select,
  steps,
  until,
  type Bench,
} from './support';

const NOT_ABORTED = { signal: new AbortController().signal, progress: (): void => undefined };
const TILE = { layer: 0, head: 0, q0: 0, q1: 1, k0: 0, k1: 1, rows: 1, cols: 1, pool: 'max' as const };
const COMPLETE = ['begin', 'tokens', 'layer', 'done', 'hash'];

describe('the panels', () => {
  let on: Bench;
  beforeEach(() => (on = bench()));
  afterEach(async () => {
    on.dispose();
    await closeEverything();
  });

  function panelOf(editor: vscode.TextEditor): ExplainPanel {
    const panel = on.panels.of(editor.document.uri);
    assert.ok(panel, 'the document has a panel');
    return panel;
  }

  /** Opens the text, selects it, and explains it to the end. */
  async function explained(text: string): Promise<{ editor: vscode.TextEditor; panel: ExplainPanel }> {
    const editor = await openText(text);
    await explainAll(editor);
    return { editor, panel: panelOf(editor) };
  }

  async function explainPart(editor: vscode.TextEditor, from: number, to: number): Promise<void> {
    select(editor, from, to);
    await on.panels.explain(editor);
  }

  const explainAll = (editor: vscode.TextEditor): Promise<void> =>
    explainPart(editor, 0, editor.document.getText().length);

  async function tokensShown(panel: ExplainPanel): Promise<number> {
    return (await panel.answers.tile(TILE, NOT_ABORTED)).values[0];
  }

  async function seen(panel: ExplainPanel, kind: string): Promise<void> {
    await until(panel.onDidChange, () => kinds(panel).includes(kind));
  }

  /** Replaces the whole text. */
  async function setText(editor: vscode.TextEditor, text: string): Promise<void> {
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 1000, 0), text));
  }

  it('opens beside the editor, leaves the focus there, and shows everything in order', async () => {
    const { editor, panel } = await explained('hello');
    await until(panel.panel.onDidChangeViewState, () => panel.panel.viewColumn === vscode.ViewColumn.Two);
    assert.equal(vscode.window.activeTextEditor, editor);
    await seen(panel, 'hash');
    assert.deepEqual(steps(panel), COMPLETE);
    assert.equal(eventOf(panel, 'begin').subject.text, 'hello');
    assert.match(eventOf(panel, 'hash').sha256, /^[0-9a-f]{64}$/);
    assert.equal(await tokensShown(panel), 5);
  });

  it('is reused for the same document, and the old trace is released', async () => {
    const { editor, panel } = await explained('hello');
    select(editor, 0, 2);
    await on.panels.explain(editor);
    assert.equal(panelOf(editor), panel);
    assert.equal(on.panels.size, 1);
    assert.equal(await tokensShown(panel), 2);
    const old = { worker: on.client.worker!, kept: 1 };
    await assert.rejects(on.client.ask.tile({ ...TILE, trace: old }), { code: 'trace-gone' });
  });

  it('a new request cancels the old one', async () => {
    const editor = await openText('wait for it');
    select(editor, 0, 11);
    const old = on.panels.explain(editor);
    await seen(panelOf(editor), 'begin');
    select(editor, 5, 8);
    const panel = panelOf(editor);
    const told = new Set<string>();
    panel.onDidChange(() => kinds(panel).forEach((kind) => told.add(kind)));
    await on.panels.explain(editor);
    await old;
    assert.ok(!told.has('cancelled'), 'nobody cancelled the text that is wanted now');
    await seen(panel, 'hash');
    assert.deepEqual(steps(panel), COMPLETE);
    assert.equal(eventOf(panel, 'begin').subject.text, 'for');
  });

  it('cancel ends the run and says so', async () => {
    const editor = await openText('wait');
    select(editor, 0, 4);
    const run = on.panels.explain(editor);
    await seen(panelOf(editor), 'begin');
    assert.equal(panelOf(editor).busy, true);
    on.panels.cancel();
    await run;
    assert.deepEqual([steps(panelOf(editor)), panelOf(editor).busy], [['begin', 'cancelled'], false]);
  });

  it('a run that is cancelled after it drew gives the last good result back', async () => {
    const { editor, panel } = await explained('good');
    await seen(panel, 'hash');
    await setText(editor, 'late');
    select(editor, 0, 4);
    const run = on.panels.explain(editor);
    await until(panel.onDidChange, () => kinds(panel).filter((kind) => kind === 'tokens').length === 2);
    assert.equal(eventOf(panel, 'begin').subject.text, 'late');
    panel.cancel();
    await run;
    assert.deepEqual(
      steps(panel).filter((kind) => kind !== 'stale' && kind !== 'hash'),
      ['begin', 'tokens', 'layer', 'done', 'cancelled'],
    );
    assert.equal(eventOf(panel, 'begin').subject.text, 'good');
    assert.equal(await tokensShown(panel), 4);
  });

  it('a place that was never drawn is not what is meant by who cuts, types or writes there', async () => {
    const editor = await openText('hello, wait');
    await explainPart(editor, 0, 5);
    const panel = panelOf(editor);
    const { answers } = panel;
    const begun = async (): Promise<string> => {
      await until(panel.onDidChange, () => !panel.busy);
      return eventOf(panel, 'begin').subject.text;
    };
    const underWay = async (): Promise<void> => {
      void explainPart(editor, 7, 11);
      await until(panel.onDidChange, () => eventOf(panel, 'begin').subject.text === 'wait');
    };
    await underWay();
    void answers.intervene({ edits: ['blocks.0.attn.hook_z[head=0,pos=*] = zero'] }, NOT_ABORTED);
    assert.equal(await begun(), 'hello');
    await answers.writeBack({ text: 'right' }, NOT_ABORTED);
    assert.equal(editor.document.getText(), 'right, wait');
    await answers.retry({}, NOT_ABORTED);
    assert.equal(await begun(), 'right');

    await underWay();
    await answers.cancel({}, NOT_ABORTED);
    await until(panel.onDidChange, () => !panel.busy);
    await answers.writeBack({ text: 'going' }, NOT_ABORTED);
    assert.equal(editor.document.getText(), 'going, wait');

    await underWay();
    void answers.explainTyped({ text: 'typed' }, NOT_ABORTED);
    assert.equal(await begun(), 'typed');
    await panel.retry();
    await answers.writeBack({ text: 'hello' }, NOT_ABORTED);
    assert.equal(editor.document.getText(), 'hello, wait');
    // It was asked for, and what came to nothing can be asked for again.
    await underWay();
    await answers.cancel({}, NOT_ABORTED);
    await answers.retry({}, NOT_ABORTED);
    await until(panel.onDidChange, () => panel.busy && eventOf(panel, 'begin').subject.text === 'wait');
  });

  for (const withGood of [true, false]) {
    it(`what is written goes where the text on the page is from, ${withGood ? 'after' : 'before'} any was explained to the end`, async () => {
      const editor = await openText('hello, late, wait');
      if (withGood) await explainPart(editor, 0, 5);
      const late = explainPart(editor, 7, 11);
      const panel = panelOf(editor);
      const { answers } = panel;
      const drawn = (text: string): Promise<void> =>
        until(panel.onDidChange, () => {
          const at = panel.events.findLastIndex((event) => event.kind === 'begin' && event.subject.text === text);
          return at >= 0 && kinds(panel).slice(at).includes('tokens');
        });
      const write = async (text: string): Promise<string> => {
        await answers.writeBack({ text }, NOT_ABORTED);
        return editor.document.getText();
      };
      await drawn('late');
      // Typed over another text, while this one came.
      await answers.writeBack({ text: 'lost', over: 'hello' }, NOT_ABORTED);
      assert.equal(editor.document.getText(), 'hello, late, wait');
      if (!withGood) {
        panel.cancel();
        await late;
      }
      // The page draws “late” until this has tokens, which it never has.
      const wait = explainPart(editor, 13, 17);
      await until(panel.onDidChange, () => eventOf(panel, 'begin').subject.text === 'wait');
      assert.equal(await write('soon'), 'hello, soon, wait');
      panel.cancel();
      await wait;
      if (!withGood) return;

      // Typed over a place that is drawn, which is then never explained.
      await editor.edit((edit) => edit.replace(new vscode.Range(0, 7, 0, 11), 'late'));
      void explainPart(editor, 7, 11);
      await drawn('late');
      void answers.explainTyped({ text: 'wait for it' }, NOT_ABORTED);
      await until(panel.onDidChange, () => eventOf(panel, 'begin').subject.text === 'wait for it');
      panel.cancel();
      await until(panel.onDidChange, () => !panel.busy);
      assert.equal(eventOf(panel, 'begin').subject.text, 'hello');
      assert.equal(await write('other'), 'other, late, wait');
      panel.modelChanged();
      await until(panel.onDidChange, () => !panel.busy && eventOf(panel, 'begin').subject.text === 'other');
    });
  }

  it('interventions that come when another text is drawn already are not of that one', async () => {
    const editor = await openText('hello, asked');
    await explainPart(editor, 0, 5);
    const panel = panelOf(editor);
    void explainPart(editor, 7, 12);
    await until(panel.onDidChange, () => kinds(panel).filter((kind) => kind === 'tokens').length === 2);
    void panel.answers.intervene({ edits: ['blocks.0.attn.hook_z[head=0,pos=*] = zero'] }, NOT_ABORTED);
    assert.equal(await tokensShown(panel), 5);
    await until(panel.onDidChange, () => !panel.busy);
    assert.deepEqual([eventOf(panel, 'begin').subject.text, eventOf(panel, 'begin').edited], ['asked', undefined]);
    await panel.answers.writeBack({ text: 'done' }, NOT_ABORTED);
    assert.equal(editor.document.getText(), 'hello, done');
  });

  it('two panels stand side by side and do not disturb each other', async () => {
    const first = await explained('one');
    const second = await explained('three');
    assert.deepEqual([await tokensShown(first.panel), await tokensShown(second.panel)], [3, 5]);
    second.panel.panel.dispose();
    assert.equal(on.panels.size, 1);
    assert.equal(await tokensShown(first.panel), 3);
  });

  it('busy while it cannot be seen: the status bar says so, until it is seen again', async () => {
    const window = vscode.window as { withProgress: typeof vscode.window.withProgress };
    const { withProgress } = window;
    const told: { location: unknown; over: boolean }[] = [];
    window.withProgress = (options, task) => {
      const one = { location: options.location, over: false };
      told.push(one);
      const running = withProgress(options, task);
      void running.then(() => (one.over = true));
      return running;
    };
    try {
      const editor = await openText('wait here');
      select(editor, 0, 4);
      const run = on.panels.explain(editor);
      const panel = panelOf(editor);
      await seen(panel, 'begin');
      assert.equal(told.length, 0, 'the panel itself says it');
      await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.Two);
      await until(panel.panel.onDidChangeViewState, () => !panel.panel.visible);
      assert.deepEqual(told, [{ location: vscode.ProgressLocation.Window, over: false }]);
      panel.panel.reveal();
      await until(panel.panel.onDidChangeViewState, () => panel.panel.visible);
      while (!told[0].over) await new Promise((resolve) => setTimeout(resolve, 10));
      panel.cancel();
      await run;
    } finally {
      window.withProgress = withProgress;
    }
  });

  it('closing the last panel ends the worker', async () => {
    const { panel } = await explained('hello');
    assert.notEqual(on.client.worker, undefined);
    panel.panel.dispose();
    assert.equal(on.panels.size, 0);
    // idleMs is 0 here: the next turn of the timers.
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(on.client.worker, undefined);
  });

  it('closing a panel in the middle of a run cancels it', async () => {
    const editor = await openText('wait');
    select(editor, 0, 4);
    const run = on.panels.explain(editor);
    const panel = panelOf(editor);
    await seen(panel, 'begin');
    panel.panel.dispose();
    await run;
    assert.equal(on.panels.size, 0);
  });

  it('a worker that dies in the middle: a message, and retry works', async () => {
    const editor = await openText('wait');
    const run = explainAll(editor);
    await until(on.panels.onDidChange, () => on.panels.size === 1 && kinds(panelOf(editor)).includes('begin'));
    const panel = panelOf(editor);
    on.client.stop('killed by the test');
    await run;
    assert.deepEqual(steps(panel), ['begin', 'failed']);
    const { message, canRetry } = eventOf(panel, 'failed');
    assert.match(message, /ended unexpectedly/);
    assert.equal(canRetry, true);
    await setText(editor, 'fine');
    await panel.retry();
    await seen(panel, 'hash');
    assert.deepEqual(steps(panel), COMPLETE);
  });

  it('after the worker died another panel keeps its picture, is told once, and retries', async () => {
    const { panel } = await explained('other');
    on.client.stop('killed by the test');
    await assert.rejects(tokensShown(panel), { code: 'trace-gone' });
    await assert.rejects(tokensShown(panel), { code: 'trace-gone' });
    assert.deepEqual(
      steps(panel).filter((kind) => kind !== 'hash'),
      ['begin', 'tokens', 'layer', 'done', 'failed'],
    );
    await panel.retry();
    assert.equal(await tokensShown(panel), 5);
    assert.ok(!kinds(panel).includes('failed'));
  });

  it('a model that cannot be read names file and byte, and the last good result stays', async () => {
    const { editor, panel } = await explained('good');
    await setText(editor, 'bad model');
    await explainAll(editor);
    assert.match(eventOf(panel, 'failed').message, /\.gguf .*byte 7/);
    assert.equal(eventOf(panel, 'begin').subject.text, 'good');
    assert.equal(await tokensShown(panel), 4);
  });

  it('says how much of a long text is explained: cut by tokens, or before by characters', async () => {
    on.dispose();
    on = bench({ maxTokens: 16 });
    const cutByTokens = await explained('x'.repeat(100));
    const notice = (panel: ExplainPanel): unknown => {
      const tokens = panel.events.find((event) => event.kind === 'progress' && event.progress.kind === 'tokens');
      return tokens?.kind === 'progress' && tokens.progress.kind === 'tokens' && tokens.progress.cut;
    };
    assert.deepEqual(notice(cutByTokens.panel), { explainedChars: 16, totalChars: 100, maxTokens: 16 });
    const cutByChars = await explained('y'.repeat(1_000_000));
    assert.deepEqual(notice(cutByChars.panel), { explainedChars: 16, totalChars: 1_000_000, maxTokens: 16 });
    assert.equal(eventOf(cutByChars.panel, 'begin').subject.text.length, 256);
  });

  it('explains the visible part instead', async () => {
    const { editor, panel } = await explained(Array.from({ length: 500 }, (_, line) => `line ${line + 1}`).join('\n'));
    const target = new vscode.Range(300, 0, 300, 0);
    editor.revealRange(target, vscode.TextEditorRevealType.AtTop);
    await until(vscode.window.onDidChangeTextEditorVisibleRanges, () => editor.visibleRanges[0].start.line > 250);
    await panel.answers.explainVisible({}, NOT_ABORTED);
    await until(panel.onDidChange, () => !panel.busy);
    const { subject } = eventOf(panel, 'begin');
    assert.equal(subject.origin, 'visible');
    assert.ok(subject.firstLine > 250 && subject.text.startsWith(`line ${subject.firstLine}\n`), subject.text);
  });

  it('the cursor in the explained range and edits there reach the page', async () => {
    const { editor, panel } = await explained('abc');
    editor.selection = new vscode.Selection(0, 1, 0, 1);
    // The selection's own end may have been told before.
    await until(panel.onDidChange, () => kinds(panel).includes('query') && eventOf(panel, 'query').token === 1);
    await setText(editor, 'xbc');
    assert.equal(eventOf(panel, 'stale').stale, true);
    const undone = until(panel.onDidChange, () => !eventOf(panel, 'stale').stale);
    await vscode.commands.executeCommand('undo');
    await undone;
  });

  it('explains its text again while that is edited, once it is asked to', async () => {
    const { editor, panel } = await explained('abc');
    await panel.answers.follow({ on: true }, NOT_ABORTED);
    await setText(editor, 'xbc');
    await until(panel.onDidChange, () => !panel.busy && eventOf(panel, 'begin').subject.text === 'xbc');
    assert.ok(kinds(panel).includes('done'));
    assert.equal(await tokensShown(panel), 3);
  });

  it('of several selections it says that the first is explained', async () => {
    const said: string[] = [];
    const { window } = vscode;
    const own = window.showInformationMessage;
    const show = async (message: string): Promise<undefined> => void said.push(message);
    Object.assign(window, { showInformationMessage: show });
    try {
      const editor = await openText('one two three');
      editor.selections = [new vscode.Selection(0, 8, 0, 13), new vscode.Selection(0, 0, 0, 3)];
      await on.panels.explain(editor);
      assert.deepEqual(said, ['2 texts are selected; the first that you selected is explained.']);
      assert.equal(eventOf(panelOf(editor), 'begin').subject.text, 'three');
      select(editor, 0, 3);
      await on.panels.explain(editor);
      assert.equal(said.length, 1, 'one selection needs no word');
    } finally {
      Object.assign(window, { showInformationMessage: own });
    }
  });

  it('the selection that the page takes as the other text is another editor’s where there is one', async () => {
    const { editor, panel } = await explained('hello there');
    const taken = (): unknown => panel.answers.selectedText({}, NOT_ABORTED);
    assert.equal(await taken(), 'hello there', 'only the explained text is selected');
    const file = await openUntitled('take jelly there');
    const beside = await vscode.window.showTextDocument(file.document, vscode.ViewColumn.Three);
    await vscode.window.showTextDocument(editor.document, vscode.ViewColumn.One);
    select(beside, 5, 16);
    assert.equal(await taken(), 'jelly there');
    // The other way round, whichever of them VS Code names first.
    await on.panels.explain(beside);
    assert.equal(await panelOf(beside).answers.selectedText({}, NOT_ABORTED), 'hello there');
    for (const one of vscode.window.visibleTextEditors) select(one, 0, 0);
    assert.equal(await taken(), null);
  });

  it('retry explains the place as it stands now', async () => {
    const editor = await openText('zero\none\ntwo');
    select(editor, 5, 8);
    await on.panels.explain(editor);
    await editor.edit((edit) => {
      edit.insert(new vscode.Position(0, 0), 'before\n');
      edit.insert(new vscode.Position(1, 1), 'XX');
    });
    await panelOf(editor).retry();
    const { subject } = eventOf(panelOf(editor), 'begin');
    assert.deepEqual([subject.text, subject.firstLine], ['oXXne', 3]);
  });

  it('a document that is gone is named, and nothing is lost', async () => {
    const uri = vscode.Uri.file('/nowhere/gone.ts');
    const { editor, panel } = await explained('good');
    await panel.explain(() => ({ uri, range: new vscode.Range(0, 0, 1, 0), origin: 'line' }));
    assert.match(eventOf(panel, 'failed').message, /\/nowhere\/gone\.ts cannot be opened/);
    assert.equal(eventOf(panel, 'begin').subject.text, editor.document.getText());
  });

  it('knows the editor of the panel that has the focus', async () => {
    const { editor, panel } = await explained('hello');
    await until(panel.panel.onDidChangeViewState, () => !panel.panel.active);
    assert.equal(on.panels.editorOfActivePanel(), undefined);
    panel.panel.reveal(undefined, false);
    await until(panel.panel.onDidChangeViewState, () => panel.panel.active);
    assert.equal(on.panels.editorOfActivePanel(), editor);
  });

  it('an empty line opens no panel', async () => {
    const editor = await openText('\n');
    await assert.rejects(on.panels.explain(editor), { code: 'input-empty' });
    assert.equal(on.panels.size, 0);
  });

  it('a binary document opens no panel', async () => {
    const editor = await openUntitled('\0\0\0');
    await assert.rejects(on.panels.explain(editor), { code: 'input-binary' });
    assert.equal(on.panels.size, 0);
  });

  it('without bundled models the panel says what is missing and what to do', async () => {
    on.dispose();
    on = bench({ modelFolder: '/nowhere' });
    const { panel } = await explained('hello');
    assert.match(eventOf(panel, 'failed').message, /\/nowhere\/index\.json.*Choose Model/);
  });

  it('comes back after a restart: the same document and range are explained again', async () => {
    on.dispose();
    const state = memento();
    on = bench({ state });
    const { editor } = await explained('one two');
    const { title } = panelOf(editor).panel;
    const later = bench({ state });
    const left = vscode.window.createWebviewPanel('test', title, vscode.ViewColumn.Two);
    await later.panels.deserializeWebviewPanel(left);
    const restored = later.panels.of(editor.document.uri)!;
    await until(restored.onDidChange, () => kinds(restored).includes('done'));
    assert.equal(eventOf(restored, 'begin').subject.text, 'one two');
    const unknown = vscode.window.createWebviewPanel('test', 'Attention: other.ts', vscode.ViewColumn.Two);
    let closed = false;
    unknown.onDidDispose(() => (closed = true));
    await later.panels.deserializeWebviewPanel(unknown);
    assert.equal(closed, true);
    later.dispose();
  });
});
