/** What a run that soon ends is told as, and in which order. */
import assert from 'node:assert/strict';
import { setTimeout as pass } from 'node:timers/promises';
import { HeldProgress } from '../../../src/panels/heldProgress';
import type { ExplainProgress } from '../../../src/protocol/explanation';

const loading: ExplainProgress = { kind: 'loading', share: 0.5 };
const model = { kind: 'model' } as unknown as ExplainProgress;
const tokens = { kind: 'tokens', tokens: [], cut: null } as unknown as ExplainProgress;
const layer = { kind: 'layer' } as unknown as ExplainProgress;

describe('Progress that is held back', () => {
  let told: string[];
  const held = (hold: boolean): HeldProgress => new HeldProgress(({ kind }) => told.push(kind), hold);
  beforeEach(() => (told = []));

  it('is left for the end, in its order; that the model is opened is told at once', () => {
    const progress = held(true);
    for (const one of [loading, model, tokens, layer, layer]) progress.report(one);
    assert.deepEqual(told, ['loading']);
    assert.deepEqual(
      progress.rest().map(({ kind }) => kind),
      ['model', 'tokens', 'layer', 'layer'],
    );
    // The end may be a moment late: nothing is told twice.
    assert.deepEqual(progress.rest(), []);
    progress.report(layer);
    assert.deepEqual(told, ['loading', 'layer']);
  });

  it('is told after a while where the end does not come, and then as it comes', async () => {
    const progress = held(true);
    progress.report(tokens);
    progress.report(layer);
    for (let waited = 0; told.length === 0 && waited < 5000; waited += 20) await pass(20);
    assert.deepEqual(told, ['tokens', 'layer']);
    progress.report(layer);
    assert.equal(told.length, 3);
  });

  it('is told so far where there is something to draw, and held back on', () => {
    const progress = held(true);
    progress.report(tokens);
    assert.equal(progress.soFar().length, 1);
    progress.report(layer);
    assert.deepEqual(told, []);
    assert.equal(progress.rest().length, 1);
  });

  it('is told as it comes where no text is drawn before, and never once it is dropped', async () => {
    const first = held(false);
    first.report(tokens);
    assert.deepEqual(told, ['tokens']);
    const dropped = held(true);
    dropped.report(tokens);
    dropped.drop();
    await pass(150);
    assert.deepEqual(dropped.rest(), []);
    assert.deepEqual(told, ['tokens']);
  });
});
