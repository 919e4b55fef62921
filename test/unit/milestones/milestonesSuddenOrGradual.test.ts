import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { defaults } from '../../../src/milestones/experiment';
import { suddenOrGradual } from '../../../src/milestones/sudden-or-gradual/experiment';
import { readHistory, shapeOf, strongest } from '../../../src/milestones/sudden-or-gradual/history';
import { testInputs } from '../../support/milestoneInputs';
import { assertClose } from '../../support/close';

describe('sudden or gradual', () => {
  const tokens = [0, 100, 200, 400, 800];

  it('measures a rise in doublings, between a tenth and nine tenths, by straight lines', () => {
    // From 0 to 1 between 200 and 400 tokens: crossings at 220 and 380.
    const jump = shapeOf(tokens, [0, 0, 0, 1, 1], 0.1)!;
    assert.ok(Math.abs(jump.from - 220) < 1e-9 && Math.abs(jump.to - 380) < 1e-9);
    assertClose(jump.doublings, Math.log2(380 / 220), 1e-9);
    const slow = shapeOf(tokens, [0, 0.2, 0.4, 0.8, 1], 0.1)!;
    assert.ok(slow.doublings > jump.doublings);
    const falling = shapeOf(tokens, [9, 9, 9, 1, 1], 0.1)!;
    assertClose(falling.from, 220, 1e-9);
    assert.equal(shapeOf(tokens, [0.5, 0.5, 0.51, 0.5, 0.5], 0.1), null);
  });

  it('finds the head that is strongest at the end', () => {
    const grids = [
      [
        [0.9, 0.1],
        [0, 0],
      ],
      [
        [0.2, 0.1],
        [0, 0.7],
      ],
    ];
    assert.deepEqual(strongest(grids), { layer: 1, head: 1, scores: [0, 0.7] });
  });

  it('refuses a file that is no history', () => {
    for (const text of ['', '{}', '{"checkpoints":[]}', '[1]']) {
      assert.throws(() => readHistory(new TextEncoder().encode(text)), { code: 'model-invalid' });
    }
  });

  it('says what the shipped history says', async () => {
    const options = defaults(suddenOrGradual.controls);
    const { result } = await suddenOrGradual.run(
      options,
      1,
      async () => {},
      new AbortController().signal,
      await testInputs(),
    );
    const last = readHistory(readFileSync('media/models/history.json')).at(-1)!;
    assert.equal(result.exact.at(-1), last.steps.exact);
    assertClose(Math.log(result.digit.at(-1)!), last.steps.digit_logprob, 1e-9);
    const induction = result.roles.find(({ name }) => name === 'induction')!;
    assert.equal(induction.best.at(-1), Math.max(...last.heads.induction.flat()));
  });
});
