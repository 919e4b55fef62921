/** When the engine gets a process of its own. */
import assert from 'node:assert/strict';
import os from 'node:os';
import * as vscode from 'vscode';
import { TURBO_FLAGS } from '../../src/engine/startedWorker.node';
import type { Proof } from '../../src/engine/turboProof.node';
import { Turbo } from '../../src/models/turbo';

const [OLDER, NEWER] = TURBO_FLAGS;
const passed = (gain: number, flags = OLDER): Proof => ({ result: 'passed', gain, flags });

describe('turbo', () => {
  const kept = new Map<string, unknown>();
  const memory: vscode.Memento = {
    get: (key: string) => kept.get(key) as undefined,
    keys: () => [...kept.keys()],
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  let proofs = 0;
  const made: Turbo[] = [];
  const turbo = (proof: Proof, version = '1', changed: () => void = () => {}, script = __filename): Turbo => {
    made.push(new Turbo(script, version, memory, () => Promise.resolve((proofs++, proof)), changed, 1));
    return made.at(-1)!;
  };
  const proved = (proof: Proof, version?: string): Promise<Turbo> =>
    new Promise((resolve) => {
      const own = turbo(proof, version, () => resolve(own));
      assert.equal(own.flags(), undefined, 'a thread answers until it is proved');
    });

  before(function () {
    if (process.arch !== 'x64') this.skip();
  });
  beforeEach(() => {
    kept.clear();
    proofs = 0;
  });

  // One that would still be tried would be remembered in the next test.
  afterEach(() => made.splice(0).forEach((one) => one.dispose()));

  it('is used where it was proved, once for a version, and says so', async () => {
    const gained = passed(1.52, NEWER);
    const first = await proved(gained);
    assert.deepEqual(first.flags(), NEWER, 'as they were proved');
    assert.match(first.words(), /1\.5/);
    assert.deepEqual(turbo(gained).flags(), NEWER, 'in the next window');
    assert.equal(proofs, 1);
    assert.equal(turbo(gained, '2').flags(), undefined, 'another version');
    assert.equal(turbo(gained, '1', undefined, '/nowhere').flags(), undefined, 'another kernel');
    const { cpus } = os;
    try {
      os.cpus = () => cpus().map((cpu) => ({ ...cpu, model: 'another one' }));
      assert.equal(turbo(gained).flags(), undefined, 'another processor');
    } finally {
      os.cpus = cpus;
    }
    assert.deepEqual(turbo(gained).flags(), NEWER);
  });

  it('is not used where it was not proved, nor after its process has ended by itself', async () => {
    for (const result of ['differs', 'failed'] as const) {
      kept.clear();
      const known = await proved({ result });
      assert.equal(known.flags(), undefined);
    }
    kept.clear();
    const good = await proved(passed(2));
    good.crashed();
    assert.equal(good.flags(), undefined);
    assert.equal(turbo(passed(2)).flags(), undefined, 'in the next window');
  });

  it('is used or not as the setting says', async () => {
    const settings = vscode.workspace.getConfiguration('attentionExplainer');
    const set = (value: unknown): Thenable<void> => settings.update('turbo', value, vscode.ConfigurationTarget.Global);
    try {
      const good = await proved(passed(2));
      await set('off');
      assert.equal(good.flags(), undefined);
      assert.equal(good.whenForced(), undefined);
      await set('auto');
      assert.equal(good.whenForced(), undefined, 'of workers that have not been measured');
      await set('on');
      kept.clear();
      assert.deepEqual(good.flags(), OLDER);
      assert.deepEqual(good.whenForced(), OLDER);
      good.crashed();
      assert.deepEqual(good.flags(), OLDER, 'whoever says so has it');
      assert.equal(kept.size, 0);
    } finally {
      await set(undefined);
    }
  });
});
