import assert from 'node:assert/strict';
import { enclosingBlock } from '../../../src/editor/enclosingBlock';

const CODE = [
  'setup = 1', // 0
  '', // 1
  'def outer(a):', // 2
  '    if a:', // 3
  '        b = a', // 4
  '', // 5
  '    c = 2', // 6
  '    return c', // 7
  'tail = 3', // 8
  'function f() {', // 9
  '\tg();', // 10
  '\th();', // 11
  '}', // 12
];

const block = (line: number): [number, number] | undefined => {
  const found = enclosingBlock((at) => CODE[at], CODE.length, line);
  return found && [found.first, found.last];
};

describe('the block around a line, by indentation', () => {
  it('is what stands further in under its header, from the header on', () => {
    assert.deepEqual(block(2), [2, 7]);
    assert.deepEqual(block(7), [2, 7]);
  });

  it('is the one around where it would be too small to say much', () => {
    assert.deepEqual(block(4), [2, 7]);
    assert.deepEqual(block(3), [2, 7]);
  });

  it('has the line that closes it', () => {
    assert.deepEqual(block(10), [9, 12]);
    assert.deepEqual(block(9), [9, 12]);
  });

  it('is none for a line that stands by itself', () => {
    assert.equal(block(0), undefined);
    assert.equal(block(8), undefined);
    assert.equal(
      enclosingBlock(() => 'the only line', 1, 0),
      undefined,
    );
  });
});
