import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { heatStep } from '../../src/editor/heatColors';
import { HEAT_STEPS } from '../../src/editor/heatPalette';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import { bench, closeEverything, kinds, openText, select, until, type Bench } from './support';

const NOT_ABORTED = { signal: new AbortController().signal, progress: (): void => undefined };

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

  const coloured = ({ heat }: ExplainPanel): number => heat.drawn.fresh.reduce((sum, count) => sum + count, 0);

  async function eventually(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('is off at first, colours the token that the fake head looks at, and goes when switched off', async () => {
    const { panel } = await explained('abcd');
    await panel.answers.look({ layer: 0, head: 0, token: 2, direction: 'from' }, NOT_ABORTED);
    assert.equal(coloured(panel), 0);
    on.panels.showHeat(true);
    await eventually(() => panel.heat.drawn.fresh[HEAT_STEPS - 1] === 1);
    on.panels.showHeat(false);
    assert.equal(coloured(panel), 0);
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
    assert.equal(panel.heat.drawn.stale, 1);
    await until(panel.onDidChange, () => panel.busy);
    await until(panel.onDidChange, () => !panel.busy && kinds(panel).includes('done'));
    await eventually(() => coloured(panel) === 1 && panel.heat.drawn.stale === 0);
    assert.equal(panel.events.filter(({ kind }) => kind === 'begin').length, 1);
  });

  it('has the steps of the panel’s square root', () => {
    assert.deepEqual(
      [0, NaN, 0.001, 0.25, 0.5, 1].map((value) => heatStep(value, 1)),
      [undefined, undefined, undefined, 4, 5, 7],
    );
  });
});
