import assert from 'node:assert/strict';
import type { AlignedPair } from '../../../../src/protocol/reasoning';
import { align, MOST_ALIGNED } from '../../../../src/reasoning/alignment/align';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';
import { seededRandom } from '../../../../src/shared/random';

const steps = (text: string): ReturnType<typeof stepsOf> =>
  stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines'));
const written = (pairs: readonly AlignedPair[]): string =>
  pairs.map(({ left, right, differs }) => `${left ?? '-'}${differs ? '≠' : '='}${right ?? '-'}`).join(' ');

describe('two chains of thought beside each other', () => {
  const ann = 'Ann has 466 pens.\nShe gives 66 away: 466 - 66 = 400.\nHalf of them are red: 400 / 2 = 200.';

  it('part where the same sum comes to something else', () => {
    const other = 'Ann has 466 pens.\nShe gives 66 away: 466 - 66 = 390.\nHalf of them are red: 390 / 2 = 195.';
    const { pairs, first } = align(steps(ann), steps(other));
    assert.equal(written(pairs), '0=0 1≠1 2≠2');
    assert.equal(first, 1);
  });

  it('do not part where one says more, says it in other words or does two sums at once', () => {
    const more =
      'Ann has 466 pens.\nLet me see.\nShe gives 66 away, so 466 - 66 = 400.\nRed are half: 400 / 2 = 200.\nSo 200.';
    const { pairs, first } = align(steps(ann), steps(more));
    assert.equal(first, null);
    assert.equal(written(pairs), '0=0 -=1 1=2 2=3 -=4');
    const atOnce = 'Ann has 466 pens.\nHalf of what is left is red: (466 - 66) / 2 = 200.';
    assert.equal(align(steps(ann), steps(atOnce)).first, null);
  });

  it('have nothing in common where they are about something else', () => {
    const { pairs } = align(steps(ann), steps('Berlin is far away from here.'));
    assert.ok(pairs.every(({ left, right }) => left === null || right === null));
  });

  it('every step stands once, in order, and a trace beside itself is itself', () => {
    const next = seededRandom(7);
    const line = (): string => `take ${Math.floor(next() * 5)} + ${Math.floor(next() * 5)} = ${Math.floor(next() * 9)}`;
    for (let round = 0; round < 50; round++) {
      const [a, b] = [0, 1].map(() => steps(Array.from({ length: 1 + Math.floor(next() * 12) }, line).join('\n')));
      const { pairs } = align(a, b);
      assert.deepEqual(
        pairs.flatMap(({ left }) => left ?? []),
        [...a.keys()],
      );
      assert.deepEqual(
        pairs.flatMap(({ right }) => right ?? []),
        [...b.keys()],
      );
      const itself = align(a, a);
      assert.ok(itself.pairs.every(({ left, right, differs }) => left === right && !differs));
    }
  });

  it('only the first steps of very long ones are aligned, which is told', () => {
    const long = steps('1 + 1 = 2\n'.repeat(MOST_ALIGNED + 1));
    const { isWhole, pairs } = align(long, long.slice(0, 1));
    assert.equal(isWhole, false);
    assert.equal(pairs.length, MOST_ALIGNED);
  });
});
