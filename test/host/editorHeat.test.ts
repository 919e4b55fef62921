import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { EditorHeat } from '../../src/editor/editorHeat';
import { EditorLink } from '../../src/editor/editorLink';
import { HEAT_STEPS, heatStep } from '../../src/editor/heatPalette';
import { placeOf } from '../../src/shared/color';
import { takeText } from '../../src/editor/subject';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import { SavedPlaces } from '../../src/panels/savedPlaces';
import type { Explanation, Look, PanelToken } from '../../src/protocol/explanation';
import {
  bench,
  characterTokens,
  closeEverything,
  eventOf,
  kinds,
  openText,
  select,
  until,
  type Bench,
} from './support';

const NOT_ABORTED = { signal: new AbortController().signal, progress: (): void => undefined };

async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('heat in the editor', () => {
  let on: Bench;
  beforeEach(() => (on = bench()));
  afterEach(async () => {
    on.dispose();
    await closeEverything();
  });

  async function explained(text: string): Promise<{ editor: vscode.TextEditor; panel: ExplainPanel }> {
    const editor = await openText(text);
    select(editor, 0, text.length);
    await on.panels.explain(editor);
    return { editor, panel: on.panels.of(editor.document.uri)! };
  }

  const coloured = ({ heat }: ExplainPanel): number => heat.drawn.coloured.flat().length;

  it('is off at first, colours the token that the fake head looks at, and goes when switched off', async () => {
    const { panel } = await explained('abcd');
    await panel.answers.look({ layer: 0, head: 0, token: 2, direction: 'from' }, NOT_ABORTED);
    assert.equal(coloured(panel), 0);
    on.panels.showHeat(true);
    await eventually(() => panel.heat.drawn.coloured[HEAT_STEPS - 1].length === 1);
    on.panels.showHeat(false);
    assert.equal(coloured(panel), 0);
  });

  it('has no highlight of VS Code’s own over it, and leaves that alone where there is no heat', async () => {
    const { editor, panel } = await explained('word word');
    const widths = async (): Promise<number[]> => {
      const { uri } = editor.document;
      const found = await vscode.commands.executeCommand<vscode.DocumentHighlight[] | undefined>(
        'vscode.executeDocumentHighlights',
        uri,
        new vscode.Position(0, 1),
      );
      return (found ?? []).map(({ range }) => range.end.character - range.start.character);
    };
    assert.ok(!(await widths()).includes(0), 'nothing of ours without heat');
    on.panels.showHeat(true);
    await eventually(() => coloured(panel) > 0);
    assert.deepEqual(await widths(), [0]);
  });

  it('is on for panels that open later, and gone with the panel', async () => {
    on.panels.showHeat(true);
    const { panel } = await explained('abcd');
    await eventually(() => coloured(panel) === 1);
    panel.panel.dispose();
    assert.equal(coloured(panel), 0);
    assert.equal(panel.heat.enabled, false);
  });

  it('follows the cursor', async () => {
    on.panels.showHeat(true);
    const { editor, panel } = await explained('abcd');
    const asked: number[] = [];
    const { lookAt } = panel.heat;
    panel.heat.lookAt = (look) => (asked.push(look.token), lookAt.call(panel.heat, look));
    editor.selection = new vscode.Selection(0, 1, 0, 1);
    await eventually(() => asked.includes(1));
  });

  it('marks what is left after an edit as stale, and explains again when typing has paused', async () => {
    on.panels.showHeat(true);
    const { editor, panel } = await explained('abcd');
    await panel.answers.look({ layer: 0, head: 0, token: 3, direction: 'from' }, NOT_ABORTED);
    await eventually(() => coloured(panel) === 1);
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 1), 'xy'));
    assert.equal(panel.heat.drawn.stale.length, 1);
    await until(panel.onDidChange, () => panel.busy);
    await until(panel.onDidChange, () => !panel.busy && kinds(panel).includes('done'));
    await eventually(() => coloured(panel) === 1 && panel.heat.drawn.stale.length === 0);
    assert.equal(panel.events.filter(({ kind }) => kind === 'begin').length, 1);
  });

  it('tells of a token how likely it was, what was likelier, where the head looked, and what the colours are', async () => {
    const text = 'let total = price * count;\nreturn total;\n';
    on.dispose();
    on = bench({ real: true });
    const { editor, panel } = await explained(text);
    on.panels.showHeat(true);
    await eventually(() => panel.heat.shown !== undefined);
    const { uri } = editor.document;
    const told = async (line: number, character: number): Promise<string[]> => {
      const at = new vscode.Position(line, character);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
      return hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value));
    };
    // The page may come to a head of its own while it is asked, the one with the strongest finding: again, then.
    const isLookedAt = ({ layer, head }: Look): boolean =>
      layer === panel.heat.shown?.look.layer && head === panel.heat.shown.look.head;
    let [look, said] = [panel.heat.shown!.look, await told(1, 8)];
    while (!isLookedAt(look)) [look, said] = [panel.heat.shown!.look, await told(1, 8)];
    const { layer, head } = look;
    // As Markdown is read: its own signs are escaped.
    const lines = said.map((line) => line.replaceAll('&nbsp;', ' ').replace(/\\([!-/:-@[-`{-~])/g, '$1'));
    assert.equal(lines.length, 4, lines.join('\n'));
    assert.match(lines[0], /\(2:\d+\).*expected with [\d.]+%, [\d.]+ bits/);
    assert.match(lines[1], /^Likeliest here: ‘.*’ [\d.]+% · ‘.*’ [\d.]+% · ‘.*’ [\d.]+%$/);
    assert.match(lines[2], new RegExp(`^Layer ${layer} head ${head} .*(looks|rests)`));
    assert.match(lines[3], new RegExp(`^Colours: where layer ${layer} head ${head} looks from `));
    // Nothing of VS Code's own lies over the colours meanwhile.
    const at = new vscode.Position(1, 8);
    const highlights = (): Thenable<vscode.DocumentHighlight[]> =>
      vscode.commands.executeCommand('vscode.executeDocumentHighlights', uri, at);
    assert.ok((await highlights()).every(({ range }) => range.isEmpty));
    on.panels.showHeat(false);
    assert.deepEqual(await told(1, 8), []);
  });

  it('has colours of its own for surprisal, and comes back with the panels after a restart', async () => {
    const { panel } = await explained('abcd');
    on.panels.showHeat(true);
    await eventually(() => panel.heat.shown?.kind === 'attention');
    const settings = vscode.workspace.getConfiguration('attentionExplainer');
    await settings.update('editorHeat', 'surprisal', vscode.ConfigurationTarget.Global);
    on.panels.showHeat(true);
    await eventually(() => panel.heat.shown?.kind === 'surprisal');
    await settings.update('editorHeat', undefined, vscode.ConfigurationTarget.Global);
    const { state } = on;
    assert.equal(new SavedPlaces(state).heat, true);
    on.panels.showHeat(false);
    assert.equal(new SavedPlaces(state).heat, false);
  });

  it('has the steps of the panel’s square root', () => {
    assert.deepEqual(
      [0, NaN, 0.001, 0.25, 0.5, 1].map((value) => heatStep(placeOf(value, 1))),
      [undefined, undefined, undefined, 4, 5, 7],
    );
  });
});

describe('where one token looked, after an edit', () => {
  afterEach(closeEverything);

  /** Of the second line, which the cursor is not in; each token looks at itself. */
  async function stale(token: number, edited: number): Promise<[string[], string[]]> {
    const text = 'abcd';
    const { document } = await openText(`cursor\n${text}`);
    const range = new vscode.Range(1, 0, 1, text.length);
    const link = new EditorLink(takeText(document, { uri: document.uri, range, origin: 'selection' }, 1000));
    link.tokens = characterTokens(text);
    const heat = new EditorHeat({
      weights: (look) => Promise.resolve(Float32Array.from(text, (_, i) => Number(i === look.token))),
      predictions: () => Promise.resolve([]),
      recompute: () => undefined,
      kind: () => 'attention',
    });
    try {
      heat.enable(true);
      heat.attach(link, { logprobs: new Float32Array(text.length) } as Explanation);
      heat.lookAt({ layer: 0, head: 0, token, direction: 'from' });
      await eventually(() => heat.drawn.coloured.flat().some(({ start }) => start.character === token));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(1, edited), 'xy');
      await vscode.workspace.applyEdit(edit);
      const { coloured, stale } = heat.drawn;
      return [coloured.flat(), stale].map((ranges) => ranges.map((one) => document.getText(one))) as [
        string[],
        string[],
      ];
    } finally {
      heat.dispose();
      link.dispose();
    }
  }

  it('holds as a whole where the edit is behind that token, and not at all where it is before', async () => {
    assert.deepEqual(await stale(1, 3), [['b'], []]);
    assert.deepEqual(await stale(3, 1), [['d'], ['d']]);
  });
});

describe('heat of the bundled model, after edits', function () {
  this.timeout(60_000);
  const settings = vscode.workspace.getConfiguration('attentionExplainer');
  let on: Bench;
  before(() => settings.update('editorHeat', 'surprisal', vscode.ConfigurationTarget.Global));
  after(() => settings.update('editorHeat', undefined, vscode.ConfigurationTarget.Global));
  beforeEach(() => (on = bench({ real: true, maxTokens: 512 })));
  afterEach(async () => {
    on.dispose();
    await closeEverything();
  });

  /** Offsets in the document, in order. */
  const spans = (ranges: readonly vscode.Range[], document: vscode.TextDocument): [number, number][] =>
    ranges
      .map(({ start, end }): [number, number] => [document.offsetAt(start), document.offsetAt(end)])
      .sort(([a], [b]) => a - b);

  const tokensOf = (panel: ExplainPanel): PanelToken[] =>
    panel.events.flatMap((event) =>
      event.kind === 'progress' && event.progress.kind === 'tokens' ? event.progress.tokens : [],
    );

  it('what stands before them stays, what stands behind is stale; then only that is computed, and all is fresh', async () => {
    // No line says again what another says: some of each is surprising, whatever the model has learnt.
    const ahead = ['if (window) return 17;', 'move(clock, left);', 'open(river, "blue");'];
    const behind = ['print("otter", half);', 'while (lamp) paint(39);', 'send(violet, north);'];
    const editor = await openText(`${[...ahead, 'let total = price * count;', ...behind].join('\n')}\n`);
    const { document } = editor;
    on.panels.showHeat(true);
    select(editor, 0, document.getText().length);
    await on.panels.explain(editor);
    const panel = on.panels.of(document.uri)!;
    const all = (): [number, number][] => spans(panel.heat.drawn.coloured.flat(), document);
    await eventually(() => all().length > 20);
    const [tokensBefore, before] = [tokensOf(panel), all()];
    assert.deepEqual(panel.heat.drawn.stale, []);

    // The recomputation waits until everything was looked at, however slow the machine.
    const { retry } = panel;
    let wanted = 0;
    panel.retry = () => Promise.resolve(void wanted++);
    const at = document.offsetAt(new vscode.Position(3, 25));
    assert.equal(document.getText().slice(at - 5, at + 1), 'count;');
    const inserted = [' * 2', ' + 3'];
    for (const [edits, text] of inserted.entries()) {
      await editor.edit((edit) => edit.insert(document.positionAt(at + 4 * edits), text));
      const moved = 4 * (edits + 1);
      assert.deepEqual(
        all(),
        before.flatMap(([start, end]) =>
          end <= at ? [[start, end]] : start >= at ? [[start + moved, end + moved]] : [],
        ),
      );
      const stale = spans(panel.heat.drawn.stale, document);
      assert.deepEqual(
        stale,
        all().filter(([, end]) => end >= at),
      );
      assert.ok(stale.length > 3 && stale.length < before.length - 10, `${stale.length} of ${before.length}`);
    }
    await eventually(() => wanted > 0);
    panel.retry = retry;
    await panel.retry();

    const tokens = tokensOf(panel);
    const same = tokens.findIndex(({ id }, token) => id !== tokensBefore[token].id);
    assert.ok(tokens[same].charStart >= at - 'count'.length && tokens[same].charEnd <= at + 4, `token ${same}`);
    assert.equal(eventOf(panel, 'done').explanation.computedTokens, tokens.length - same);
    await eventually(() => all().some(([start]) => start > at) && panel.heat.drawn.stale.length === 0);
  });
});
