/** What the Milestone History page keeps over a reload of the window. */
import assert from 'node:assert/strict';
import type { MilestoneEvent } from '../../../../src/protocol/milestonePanelApi';
import type { Card } from '../../../../src/protocol/milestones';
import { FRESH, noteRun, restore, type Saved } from '../../../../webview/milestones/saved';

describe('milestones: kept state', () => {
  it('comes back as it was kept', () => {
    const kept = {
      ...FRESH,
      tab: 'verdicts',
      entry: 'tpu',
      seed: 7,
      options: { tpu: { texts: 9 } },
      verdict: 'wrong',
      search: 'cat',
      inputs: { tpu: { users: 2 } },
      runs: { tpu: { seed: 7, card: null } },
      screen: 2,
    };
    assert.deepEqual(restore(JSON.parse(JSON.stringify(kept))), kept);
  });

  it('what does not fit gives way to a fresh one, part by part', () => {
    for (const state of [undefined, null, 'x', {}, { ...FRESH, version: 2, entry: 'tpu' }]) {
      assert.deepEqual(restore(state), FRESH);
    }
    assert.deepEqual(restore({ ...FRESH, entry: 'gone', tab: 3, seed: -1, options: null, screen: -1, search: 'cat' }), {
      ...FRESH,
      search: 'cat',
    });
  });

  it('is nothing of the fresh state itself', () => {
    restore(undefined).inputs.tpu = { users: 2 };
    assert.deepEqual(restore(undefined).inputs, {});
  });

  it('knows of each entry’s last run: under way, or with its card; nothing of what was stopped or failed', () => {
    const runs: Saved['runs'] = {};
    const card: Card = { paper: { text: 'p' }, rows: [{ name: 'a', value: 1 }], why: { text: 'w' } };
    const note = (event: Partial<MilestoneEvent> & { kind: MilestoneEvent['kind'] }): boolean =>
      noteRun(runs, { id: 'tpu', options: {}, seed: 3, ...event } as MilestoneEvent);
    const report = { run: null, result: null, card, timings: { totalMs: 1, firstPictureMs: 1 } };
    assert.ok(note({ kind: 'running', progress: null }));
    assert.ok(!note({ kind: 'running', progress: { done: 0.5, note: { text: '' } } }), 'written at each report');
    assert.deepEqual(runs, { tpu: { seed: 3, card: null } });
    assert.ok(note({ kind: 'done', report }));
    assert.deepEqual(runs, { tpu: { seed: 3, card } });
    assert.ok(note({ kind: 'running', progress: null, seed: 4 }));
    assert.ok(note({ kind: 'stopped', seed: 4 }));
    assert.deepEqual(runs, {});
    assert.ok(!note({ kind: 'failed', message: 'no' }));
  });
});
