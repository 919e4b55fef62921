import assert from 'node:assert/strict';
import { ranked } from '../../../../../webview/explain/heads/headOrder';
import { isTaken } from '../../../../../src/shared/roleStrength';

describe('heads by role', () => {
  it('stand strongest first, equal ones by layer and head', () => {
    const scores = Float32Array.of(0.25, 0.5, 0.5, 0.75);
    const order = ranked({ role: 'bracket', threshold: 0.3, queries: 3, chance: 0.1, scores }, 2);
    assert.deepEqual(
      order.map(({ layer, head }) => [layer, head]),
      [
        [1, 1],
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    );
  });

  it('are offered for a role only where one does it, against the baseline', () => {
    const scores = Float32Array.of(0.1, 0.5);
    const role = { role: 'bracket', threshold: 0.3, queries: 3, chance: 0.1, scores } as const;
    assert.equal(isTaken(role), true);
    assert.equal(isTaken({ ...role, baselines: Float32Array.of(0, 0.3) }), false);
    assert.equal(isTaken({ ...role, chance: 0.4 }), false);
  });
});
