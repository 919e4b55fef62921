import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { MilestonesTree } from '../../src/sidebar/milestonesTree';
import { ModelsTree } from '../../src/sidebar/modelsTree';
import { ExplanationsTree } from '../../src/sidebar/explanationsTree';
import { History } from '../../src/sidebar/history';
import { bench, closeEverything, extension, memento, until } from './support';

const subject = (title: string, symbol?: string): Parameters<History['add']>[1] => ({
  title,
  symbol,
  firstLine: 3,
  lastLine: 5,
  origin: 'selection',
  text: 'let a;\n  '.repeat(20),
  tabSize: 4,
});
const place = (name: string): Parameters<History['add']>[0] => ({
  uri: vscode.Uri.file(`/w/${name}`),
  range: new vscode.Range(2, 0, 4, 1),
  origin: 'selection',
});

const SNIPPET = `${'let a; '.repeat(5)}let…`;

describe('the sidebar', () => {
  afterEach(closeEverything);

  it('lists what was explained, last first, each place once, over restarts, until it is cleared', () => {
    const state = memento();
    const history = new History(state);
    history.add(place('a.ts'), subject('a.ts'), 'm', 1);
    history.add(place('b.ts'), subject('b.ts', 'run'), 'm', 2);
    history.add(place('a.ts'), subject('a.ts'), 'm', 3);
    history.found(place('a.ts'), 'sure of ‘a’ (90%)');
    history.found(place('gone.ts'), 'of nothing that is listed');
    const tree = new ExplanationsTree(new History(state));
    const rows = tree.elements().map((run) => tree.row(run));
    assert.deepEqual(
      rows.map(({ label, description }) => [label, description]),
      [
        ['a.ts', `lines 3–5 · ${SNIPPET} · sure of ‘a’ (90%) · m`],
        ['run', `b.ts, lines 3–5 · ${SNIPPET} · m`],
      ],
    );
    assert.match(rows[0].tooltip!, /\nlines 3–5 · m\nlet a; .*…\nsure of ‘a’ \(90%\)\n/);
    history.remove(history.all()[0]);
    assert.deepEqual(
      tree.elements().map(({ title }) => title),
      ['b.ts'],
    );
    history.clear();
    assert.deepEqual(tree.elements(), []);
  });

  it('lists the bundled model, marked as the one in use', async () => {
    const on = bench();
    const { event: onDidChange } = new vscode.EventEmitter<void>();
    const nothing = { models: [], bundledAt: () => undefined, unreadable: [], onDidChange };
    const tree = new ModelsTree(on.models, nothing);
    const models = await tree.elements();
    assert.ok(models.length > 0);
    const rows = models.map((model) => tree.row(model));
    assert.equal(rows.filter(({ icon }) => icon === 'check').length, 1);
    on.dispose();
  });

  const OPEN = 'attentionExplainer.openMilestones';

  it('lists the milestones in order of time, in the language of the window; a click opens one', async () => {
    const { milestones } = await extension().activate();
    const tree = new MilestonesTree('zh-cn', OPEN);
    const entries = tree.elements();
    assert.equal(entries.length, 20);
    const [first] = entries.map((entry) => tree.row(entry));
    assert.deepEqual([first.label, first.description], ['反向传播', '1986']);
    const item = new MilestonesTree('en', OPEN).row(entries.find(({ id }) => id === 'tpu')!);
    assert.deepEqual([item.label, item.description], ['The TPU and low precision', '2015']);
    let shown = '';
    const subscription = milestones.onDidShow((id) => (shown = id));
    await vscode.commands.executeCommand(item.command.command, ...(item.command.arguments as unknown[]));
    await until(milestones.onDidShow, () => shown === 'tpu');
    subscription.dispose();
  });

  it('its commands, views, welcome texts and the walkthrough’s five pictures are in the manifest', async () => {
    await extension().activate();
    const { packageJSON, extensionUri } = extension();
    const { views, viewsWelcome, walkthroughs } = (packageJSON as { contributes: Record<string, never> })
      .contributes as unknown as {
      views: Record<string, { id: string }[]>;
      viewsWelcome: { view: string }[];
      walkthroughs: { steps: { media: { image: string } }[] }[];
    };
    const ids = views.attentionExplainer.map(({ id }) => id);
    // The timeline is never empty.
    assert.deepEqual(ids, [...viewsWelcome.map(({ view }) => view), 'attentionExplainer.timeline']);
    assert.equal(walkthroughs[0].steps.length, 5);
    for (const { media } of walkthroughs[0].steps) {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(extensionUri, media.image));
    }
    const commands = await vscode.commands.getCommands();
    for (const name of ['openExplanation', 'clearExplanations', 'useModel', 'findModels', 'showHeat', 'hideHeat']) {
      assert.ok(commands.includes(`attentionExplainer.${name}`), name);
    }
  });
});
