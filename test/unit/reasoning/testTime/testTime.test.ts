/** Compute at test time on the model in use: what is spent is counted, and equal seeds spend the same. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { SpentTokens } from '../../../../src/protocol/testTime';
import { loadReasoner } from '../../../../src/reasoning/solve/load.node';
import { testTime } from '../../../../src/reasoning/testTime/testTime';

describe('compute at test time', () => {
  it('of the bundled reasoner: equal for equal seeds; more samples cost more tokens, and a ceiling is no lower', async function () {
    this.timeout(60_000);
    const reasoner = await loadReasoner(path.resolve('media/models/attention-explainer-moe-q8_0.gguf'));
    /** What was told behind each problem. */
    const run = async (count: number): Promise<SpentTokens[]> => {
      const told: SpentTokens[] = [];
      const spent = await testTime(reasoner, {
        seed: 2,
        count,
        steps: 2,
        samples: 2,
        temperature: 0.7,
        language: 'en',
        pause: () => Promise.resolve(),
        onProblem: (_, now) => Promise.resolve(void told.push(structuredClone(now))),
      });
      assert.deepEqual(told.at(-1), spent);
      return told;
    };
    try {
      const told = await run(2);
      assert.deepEqual(await run(1), told.slice(0, 1));
      const spent = told.at(-1)!;
      const of = (name: string): SpentTokens['curves'][number] => spent.curves.find((curve) => curve.name === name)!;
      const { tokens, right } = of('ceiling');
      assert.ok(tokens[1] > tokens[0] && right[1] >= right[0]);
      of('vote').right.forEach((share, at) => assert.ok(share <= right[at] + 1e-9));
      for (const way of spent.ways)
        assert.ok(way.low <= way.right && way.right <= way.high && way.tokens > 0, way.name);
      assert.ok(spent.falseAccepts <= spent.accepted && spent.accepted <= 2);
    } finally {
      reasoner.model.kernel.close();
    }
  });

  it('can be left between two tokens', async function () {
    this.timeout(60_000);
    const reasoner = await loadReasoner(path.resolve('media/models/attention-explainer-moe-q8_0.gguf'));
    let tokens = 0;
    const options = { seed: 2, count: 5, steps: 3, samples: 3, temperature: 0.7, language: 'en' as const };
    try {
      const run = testTime(reasoner, {
        ...options,
        pause: () => (++tokens > 3 ? Promise.reject(new Error('left')) : Promise.resolve()),
        onProblem: () => Promise.resolve(),
      });
      await assert.rejects(run, /left/);
      assert.equal(tokens, 4);
    } finally {
      reasoner.model.kernel.close();
    }
  });
});
