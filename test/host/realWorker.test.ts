/** What must not happen to anybody: the real worker is killed, or gets text that is no text. */
import assert from 'node:assert/strict';
import { ChildProcess } from 'node:child_process';
import type { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { Turbo } from '../../src/models/turbo';
import type { ExplainPanel } from '../../src/panels/explainPanel';
import { bench, closeEverything, eventOf, kinds, openText, openUntitled, select, until, type Bench } from './support';
import { assertClose } from '../support/close';

const NOT_ABORTED = { signal: new AbortController().signal, progress: (): void => undefined };
const ROW = { layer: 0, head: 0, token: 1, direction: 'from' as const };

describe('with the real worker and the bundled model', function () {
  this.timeout(60_000);
  let on: Bench;
  beforeEach(() => (on = bench({ real: true, maxTokens: 2048 })));
  afterEach(async () => {
    on.dispose();
    await closeEverything();
  });

  async function begin(editor: vscode.TextEditor): Promise<{ run: Promise<void>; panel: ExplainPanel }> {
    select(editor, 0, editor.document.getText().length);
    const run = on.panels.explain(editor);
    await until(on.panels.onDidChange, () => on.panels.of(editor.document.uri) !== undefined);
    return { run, panel: on.panels.of(editor.document.uri)! };
  }

  /** As the system would: from outside, without a word to the client. */
  const kill = ({ runs }: Bench['client']): Promise<number> => (runs as Worker).terminate();

  it('killed in the middle of a run: a message, a retry that works, and other panels live', async () => {
    const other = await begin(await openText('let other = 1;'));
    await other.run;
    const { run, panel } = await begin(await openText('total = total + count;\n'.repeat(120)));
    await until(panel.onDidChange, () => kinds(panel).includes('tokens'));
    await kill(on.client);
    await run;
    assert.match(eventOf(panel, 'failed').message, /ended unexpectedly/);
    assert.equal(eventOf(panel, 'failed').canRetry, true);
    // The other panel keeps what it shows; what it asks of the dead worker is refused, and its retry asks the new one.
    assert.ok(kinds(other.panel).includes('done'));
    await assert.rejects(async () => other.panel.answers.weights(ROW, NOT_ABORTED), { code: 'trace-gone' });
    await panel.retry();
    assert.ok(kinds(panel).includes('done') && !kinds(panel).includes('failed'));
    await other.panel.retry();
    assert.ok((await other.panel.answers.weights(ROW, NOT_ABORTED)).length > 3);
  });

  it('under interventions the run without them still answers, to the last bit', async () => {
    const { run, panel } = await begin(await openText('let total = price * count;'));
    await run;
    const row = (clean: boolean): Promise<Float32Array> =>
      Promise.resolve(panel.answers.weights({ ...ROW, clean }, NOT_ABORTED));
    const was = await row(false);
    assert.ok(was[0] > 0);
    await panel.answers.intervene(
      { edits: ['blocks.0.attn.hook_pattern[head=0,dst=1,src=0] = knockout'] },
      NOT_ABORTED,
    );
    await until(panel.onDidChange, () => !panel.busy);
    assert.equal((await row(false))[0], 0);
    assert.deepEqual(await row(true), was);
  });

  it('after an edit only the tokens behind it are computed again', async () => {
    const editor = await openText('let total = price * count;\nreturn total;\n'.repeat(5));
    const { run, panel } = await begin(editor);
    await run;
    const idsNow = (): number[] =>
      panel.events
        .flatMap((event) =>
          event.kind === 'progress' && event.progress.kind === 'tokens' ? event.progress.tokens : [],
        )
        .map(({ id }) => id);
    const before = idsNow();
    assert.equal(eventOf(panel, 'done').explanation.computedTokens, before.length);
    await editor.edit((edit) => edit.insert(new vscode.Position(6, 14), ' * 2'));
    await panel.retry();
    const after = idsNow();
    const same = after.findIndex((id, token) => id !== before[token]);
    assert.ok(same > before.length / 2, `the first ${same} of ${before.length} tokens are as they were`);
    assert.equal(eventOf(panel, 'done').explanation.computedTokens, after.length - same);
  });

  it('lone surrogates are explained as what the model sees, and every character belongs to a token', async () => {
    const editor = await openUntitled('a\ud83d b \udc00\ud83d\ude00c');
    const { run, panel } = await begin(editor);
    await run;
    assert.ok(kinds(panel).includes('done'), kinds(panel).join());
    const tokens = panel.events.flatMap((event) =>
      event.kind === 'progress' && event.progress.kind === 'tokens' ? event.progress.tokens : [],
    );
    const { text } = eventOf(panel, 'begin').subject;
    for (let char = 0; char < text.length; char++) {
      assert.ok(
        tokens.some(({ charStart, charEnd }) => charStart <= char && char < charEnd),
        `character ${char} of ${JSON.stringify(text)}`,
      );
    }
  });

  it('with turbo on, the engine runs in a process of its own and finds the same', async () => {
    const settings = vscode.workspace.getConfiguration('attentionExplainer');
    const read = async (): Promise<Float32Array> => {
      const { run, panel } = await begin(await openText('function add(a, b) {\n  return a + b;\n}\n'));
      await run;
      assert.ok(kinds(panel).includes('done'), kinds(panel).join());
      return panel.answers.weights({ ...ROW, layer: 2, head: 2, token: 9 }, NOT_ABORTED);
    };
    const inThread = await read();
    await settings.update('turbo', 'on', vscode.ConfigurationTarget.Global);
    try {
      on.dispose();
      const memory = { get: () => undefined, keys: () => [], update: () => Promise.resolve() };
      const turbo = new Turbo('', '0', memory, () => assert.fail('a setting is not proved'));
      on = bench({ real: true, processFlags: turbo.flags });
      const inProcess = await read();
      assert.ok(on.client.runs instanceof ChildProcess);
      assert.equal(inProcess.length, inThread.length);
      inProcess.forEach((weight, i) => assertClose(weight, inThread[i], 1e-5));
    } finally {
      await settings.update('turbo', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
