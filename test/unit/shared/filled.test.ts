import assert from 'node:assert/strict';
import { filled } from '../../../src/shared/filled';

describe('a sentence with places', () => {
  it('has its arguments in them, as they are to be written, in any order and as often as it says', () => {
    assert.equal(filled('{1} of {0}, {1}', ['a', 3]), '3 of a, 3');
    assert.equal(filled('{0}{1}', ['{1}', 0]), '{1}0');
    assert.equal(
      filled('{0}: {1}', ['a', 'b'], (arg) => `“${arg}”`),
      '“a”: “b”',
    );
  });

  it('keeps a place without an argument, and what is no place', () => {
    assert.equal(filled('{0} {2} {x} {}', ['a']), 'a {2} {x} {}');
  });
});
