/** What is no other word to a reader, so that no sentence says “:”, not “:”. */
import assert from 'node:assert/strict';
import { isNoOther, isSameWord } from '../../../../src/engine/reading/sameWord';

describe('the same word to a reader', () => {
  it('is one that only a blank divides otherwise, or that has another ending', () => {
    assert.ok(isSameWord('\treturn', 'Value', ' returnValue;\n'));
    assert.ok(isSameWord('of the', ' cycles', ' cycle we'));
    assert.ok(isSameWord('of the cy', 'cles', 'cle we'));
    assert.ok(!isSameWord('move(', 'left', 'right);'));
    // Two letters that are all of it are no ending.
    assert.ok(!isSameWord('let ', 'i', 'if'));
  });

  it('is a sign with another blank or line break, and none is told of where a name only ends earlier', () => {
    assert.ok(isNoOther('while i > 0', ':\n', ':'));
    assert.ok(isNoOther('a', ' =', '='));
    assert.ok(isNoOther('get_file', '\n', 'ystem'));
    assert.ok(isNoOther('get_file', '(', 'ystem'));
    assert.ok(!isNoOther('get_file', 'name', 'ystem'));
    assert.ok(!isNoOther('get_file', '(', ' ='));
    assert.ok(!isNoOther('f(x)', '\n', '\n\n'), 'white space alone is compared elsewhere');
  });
});
