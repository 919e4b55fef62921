import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Place } from '../../src/editor/subject';
import { mayLoad, ModelChoice } from '../../src/models/modelChoice';
import { bench, closeEverything, eventOf, memento, openText, select, steps, until } from './support';

describe('the choice of a model', () => {
  let folder: string;
  let warnings: string[];
  let trusted: boolean;
  let workspaceState: vscode.Memento;
  let models: ModelChoice;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'models-'));
    const entry = { file: 'small.gguf', name: 'Small', sha256: '0'.repeat(64), trainedOn: { en: 'code' }, context: 64 };
    const aged = [1, 9].map((age) => ({ ...entry, file: `aged-${age}.gguf`, name: `Aged ${age}`, age }));
    writeFileSync(
      path.join(folder, 'index.json'),
      JSON.stringify({ default: 'small.gguf', reasoner: 'small.gguf', models: [entry, ...aged] }),
    );
    writeFileSync(path.join(folder, 'mine.gguf'), 'GGUF');
    warnings = [];
    trusted = true;
    workspaceState = memento();
    models = new ModelChoice({
      folder,
      workspaceState,
      globalState: memento(),
      isTrusted: () => trusted,
      warn: (message) => warnings.push(message),
    });
  });
  afterEach(() => {
    models.dispose();
    rmSync(folder, { recursive: true });
  });

  const mine = (): { path: string; name: string; bundled: boolean } => ({
    path: path.join(folder, 'mine.gguf'),
    name: 'Mine',
    bundled: false,
  });

  it('is the bundled one at first', async () => {
    assert.deepEqual(await models.current(), { path: path.join(folder, 'small.gguf'), name: 'Small', bundled: true });
  });

  it('is kept, told to everyone, and remembered among the recent ones', async () => {
    const told: string[] = [];
    models.onDidChoose(({ name }) => told.push(name));
    await models.choose(mine());
    assert.equal((await models.current()).name, 'Mine');
    assert.deepEqual([told, models.recent().map(({ name }) => name)], [['Mine'], ['Mine']]);
  });

  it('a file that is gone: one message, and the bundled one', async () => {
    await models.choose(mine());
    rmSync(mine().path);
    const asked = await Promise.all([models.current(), models.current(), models.current()]);
    asked.push(await models.current());
    assert.deepEqual(new Set(asked.map(({ name }) => name)), new Set(['Small']));
    assert.equal(warnings.length, 1);
    assert.ok(warnings[0].includes(mine().path) && warnings[0].includes('Small'), warnings[0]);
  });

  it('a file that is not there cannot be chosen', async () => {
    await assert.rejects(models.choose({ ...mine(), path: '/nowhere.gguf' }), { code: 'file-missing' });
    assert.equal((await models.current()).name, 'Small');
  });

  it('nothing from an untrusted workspace is loaded, also not through a link', async () => {
    const root = vscode.workspace.workspaceFolders![0].uri.fsPath;
    const inside = path.join(root, 'model.gguf');
    assert.equal(await mayLoad(inside, false), false);
    assert.equal(await mayLoad(inside, true), true);
    assert.equal(await mayLoad(mine().path, false), true);
    const link = path.join(folder, 'link.gguf');
    symlinkSync(root, link);
    assert.equal(await mayLoad(link, false), false);
  });

  it('a choice inside an untrusted workspace gives way to the bundled one, with one message', async () => {
    const { uri } = vscode.workspace.workspaceFolders![0];
    const [file] = await vscode.workspace.findFiles(new vscode.RelativePattern(uri, '*'), null, 1);
    await models.choose({ path: file.fsPath, name: 'Inside', bundled: false });
    assert.equal((await models.current()).name, 'Inside');
    trusted = false;
    assert.equal((await models.current()).name, 'Small');
    assert.equal((await models.current()).name, 'Small');
    assert.equal(warnings.length, 1);
  });

  const helloExplained = async ({ panels }: ReturnType<typeof bench>, text = 'hello') => {
    const editor = await openText(text);
    select(editor, 0, 5);
    await panels.explain(editor);
    return { editor, panel: panels.of(editor.document.uri)! };
  };

  it('another choice makes an open panel explain again', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { panel } = await helloExplained(on);
      assert.equal(eventOf(panel, 'begin').modelName, 'Small');
      await on.models.choose(mine());
      on.panels.modelChanged();
      assert.equal(panel.busy, true);
      assert.equal((await on.models.current()).name, 'Mine');
    } finally {
      on.dispose();
      await closeEverything();
    }
  });

  it('an age is looked at in one panel alone, through other texts and cuts, until a model is chosen', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { editor, panel } = await helloExplained(on);
      const explainer = (): [string, unknown] => {
        const { modelName, ages } = eventOf(panel, 'begin');
        return [modelName, ages];
      };
      const handled = { signal: new AbortController().signal, progress: (): void => undefined };
      const explainAt = async (age: number): Promise<void> => {
        void panel.answers.explainAt({ age }, handled);
        await until(panel.onDidChange, () => !panel.busy);
      };
      assert.deepEqual(explainer(), ['Small', undefined]);
      await explainAt(9);
      assert.deepEqual(explainer(), ['Aged 9', { all: [1, 9], at: 9 }]);
      assert.equal(eventOf(panel, 'begin').subject.text, 'hello');
      assert.equal((await on.models.current()).name, 'Small');
      await panel.answers.intervene({ edits: ['blocks.0.attn.hook_z[head=0,pos=*] = zero'] }, handled);
      assert.deepEqual(explainer(), ['Aged 9', { all: [1, 9], at: 9 }]);
      select(editor, 0, 2);
      await on.panels.explain(editor);
      assert.equal(explainer()[0], 'Aged 9');
      // What was typed in the panel is what is explained there.
      void panel.answers.explainTyped({ text: 'typed' }, handled);
      await until(panel.onDidChange, () => !panel.busy);
      await explainAt(1);
      assert.deepEqual([explainer()[0], eventOf(panel, 'begin').subject.text], ['Aged 1', 'typed']);
      await on.models.choose(mine());
      on.panels.modelChanged();
      await until(panel.onDidChange, () => !panel.busy);
      assert.deepEqual(explainer(), ['Mine', undefined]);
    } finally {
      on.dispose();
      await closeEverything();
    }
  });

  it('an age is the panel’s once that has explained, and explains what stands there: typed, or before the document was edited', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { editor, panel } = await helloExplained(on);
      const handled = { signal: new AbortController().signal, progress: (): void => undefined };
      const idle = (): Promise<void> => until(panel.onDidChange, () => !panel.busy);
      void panel.answers.explainAt({ age: 1 }, handled);
      assert.equal(panel.busy, true);
      void panel.answers.cancel({}, handled);
      await idle();
      await on.panels.explain(editor);
      assert.equal(eventOf(panel, 'begin').modelName, 'Small');

      await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 5), 'other'));
      void panel.answers.explainAt({ age: 1 }, handled);
      await idle();
      assert.deepEqual([eventOf(panel, 'begin').modelName, eventOf(panel, 'begin').subject.text], ['Aged 1', 'hello']);

      // Asked for before the typed text is explained.
      void panel.answers.explainTyped({ text: 'typed' }, handled);
      void panel.answers.explainAt({ age: 9 }, handled);
      await idle();
      assert.deepEqual([eventOf(panel, 'begin').modelName, eventOf(panel, 'begin').subject.text], ['Aged 9', 'typed']);

      // More is typed before that age has explained.
      void panel.answers.explainAt({ age: 1 }, handled);
      void panel.answers.explainTyped({ text: 'typed on' }, handled);
      await idle();
      assert.deepEqual(
        [eventOf(panel, 'begin').modelName, eventOf(panel, 'begin').subject.text],
        ['Aged 1', 'typed on'],
      );

      // So is what was asked for by another model.
      await on.models.choose(mine());
      on.panels.modelChanged();
      await idle();
      assert.deepEqual([eventOf(panel, 'begin').modelName, eventOf(panel, 'begin').subject.text], ['Mine', 'typed on']);
    } finally {
      on.dispose();
      await closeEverything();
    }
  });

  it('an age that is asked for while another place is explained is of that place, which is written into', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { editor, panel } = await helloExplained(on, 'hello, world');
      const handled = { signal: new AbortController().signal, progress: (): void => undefined };
      const begun = (): string[] => {
        const { modelName, subject } = eventOf(panel, 'begin');
        return [modelName, subject.text];
      };
      select(editor, 7, 12);
      void on.panels.explain(editor);
      await until(panel.onDidChange, () => begun()[1] === 'world');
      assert.equal(panel.busy, true);
      void panel.answers.explainAt({ age: 9 }, handled);
      await until(panel.onDidChange, () => !panel.busy);
      assert.deepEqual(begun(), ['Aged 9', 'world']);
      await panel.answers.writeBack({ text: 'you' }, handled);
      assert.equal(editor.document.getText(), 'hello, you');
    } finally {
      on.dispose();
      await closeEverything();
    }
  });

  it('a place that is found when another text was asked for is not asked for any more', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { editor, panel } = await helloExplained(on, 'hello, world');
      const handled = { signal: new AbortController().signal, progress: (): void => undefined };
      let find!: (place: Place) => void;
      const finding = panel.explain(() => new Promise((resolve) => (find = resolve)));
      void panel.answers.explainTyped({ text: 'you' }, handled);
      find({ uri: editor.document.uri, range: new vscode.Range(0, 7, 0, 12), origin: 'selection' });
      await finding;
      await until(panel.onDidChange, () => !panel.busy);
      assert.equal(eventOf(panel, 'begin').subject.text, 'you');
      await panel.answers.writeBack({ text: 'you' }, handled);
      assert.equal(editor.document.getText(), 'you, world');
    } finally {
      on.dispose();
      await closeEverything();
    }
  });

  it('an age that divides the text otherwise and does not end well leaves the editor the tokens that are shown', async () => {
    const on = bench({ modelFolder: folder });
    try {
      const { editor, panel } = await helloExplained(on, 'aged text');
      const handled = { signal: new AbortController().signal, progress: (): void => undefined };
      void panel.answers.explainAt({ age: 9 }, handled);
      await until(panel.onDidChange, () => steps(panel).at(-1) === 'tokens');
      void panel.answers.cancel({}, handled);
      await until(panel.onDidChange, () => !panel.busy);
      await panel.answers.reveal({ token: 3 }, handled);
      assert.equal(editor.selection.active.character, 3);
    } finally {
      on.dispose();
      await closeEverything();
    }
  });
});
