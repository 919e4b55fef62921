import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { largestDoubling } from '../../../../src/milestones/sudden-or-gradual/doubling';
import { suddenOrGradual } from '../../../../src/milestones/sudden-or-gradual/experiment';
import { numbersOf, readRecord, rightNumbers, strongest } from '../../../../src/milestones/sudden-or-gradual/record';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

describe('sudden or gradual', () => {
  const tokens = [1, 2, 4, 8, 16].map((each) => each * 1000);

  it('gives the share of the way that the best doubling has, by straight lines over doublings', () => {
    assert.deepEqual(largestDoubling(tokens, [0, 0, 0, 1, 1], 0.1), { share: 1, from: 4000 });
    assertClose(largestDoubling(tokens, [0, 1, 2, 3, 4], 0.1)!.share, 1 / 4, 1e-12);
    // Falling is as good as rising, and a doubling may begin between two points.
    assertClose(largestDoubling(tokens, [9, 9, 9, 1, 1], 0.1)!.share, 1, 1e-12);
    const between = largestDoubling([1000, 1500, 3000, 4500], [0, 0, 1, 1], 0.1)!;
    assertClose(between.share, 1, 1e-12);
    assert.equal(Math.round(between.from), 1500);
    assert.equal(largestDoubling(tokens, [0.5, 0.5, 0.51, 0.5, 0.5], 0.1), null);
  });

  it('compares the numbers where they are first written, not those of the line that repeats them', () => {
    const solution = 'Max uses 5: 60 - 5 = 55\nThen it goes down 33: 55 - 33 = 22\n#### 22';
    assert.deepEqual(numbersOf(solution), ['55', '22']);
    assert.equal(rightNumbers(solution, ['55', '21']), 0.5);
    assert.equal(rightNumbers(solution, ['22']), 0);
    assert.equal(rightNumbers(solution, []), 0);
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

  it('refuses a file that is no record, and one whose checkpoint lacks a problem', () => {
    const record = JSON.parse(readFileSync('media/models/sister.json', 'utf8')) as {
      checkpoints: { problems: { logprob: number[] } }[];
    };
    record.checkpoints[1].problems.logprob.pop();
    for (const text of ['', '{}', '{"checkpoints":[]}', '[1]', JSON.stringify(record)]) {
      assert.throws(() => readRecord(new TextEncoder().encode(text)), { code: 'model-invalid' });
    }
  });

  const ran = runOnce(suddenOrGradual);

  it('says what the shipped record says', async () => {
    const { result } = await ran();
    const { problems, checkpoints } = readRecord(readFileSync('media/models/sister.json'));
    assert.ok(problems.length >= 500, `${problems.length} problems`);
    const last = checkpoints[checkpoints.length - 1];
    const right = last.problems.exact.reduce((sum, each) => sum + each, 0);
    assertClose(result.measures.exact.values.at(-1)!, right / problems.length, 1e-12);
    const induction = result.roles.find(({ name }) => name === 'induction')!;
    assert.equal(induction.scores.at(-1), Math.max(...last.heads.induction.flat()));
    // Whoever writes a solution wholly right changes no token of it, but perhaps white space before and after it.
    for (const { problems: asked } of checkpoints) {
      asked.exact.forEach((exact, at) => {
        if (exact === 1) assert.ok(asked.distance[at] <= 2, `${asked.distance[at]} tokens`);
      });
    }
  });
});
