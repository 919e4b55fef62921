import assert from 'node:assert/strict';
import { charLimit, cutAt, looksBinary } from '../../../src/shared/cutText';
import { tokenAt } from '../../../src/editor/tokenSpans';

describe('cutAt', () => {
  it('leaves a short text whole', () => assert.equal(cutAt('abc', 3), 3));
  it('divides no surrogate pair', () => {
    assert.equal(cutAt('a\u{1f600}b', 2), 1);
    assert.equal(cutAt('a\u{1f600}b', 3), 3);
  });
  it('cuts between lone surrogates, which are characters of their own', () => {
    assert.equal(cutAt('\ud83d\ud83dxx', 1), 1);
    assert.equal(cutAt('\ude00\ud83dxx', 1), 1);
  });
  it('divides no line end', () => assert.equal(cutAt('ab\r\nc', 3), 2));
  it('leaves more than enough characters for the tokens', () => assert.equal(charLimit(8192), 131072));
});

describe('looksBinary', () => {
  it('knows NUL and undecodable bytes', () => {
    assert.equal(looksBinary('GGUF\0\0'), true);
    assert.equal(looksBinary('\ufffd\ufffdPNG'), true);
  });
  it('takes text with emoji, one bad byte, or nothing for text', () => {
    for (const text of ['', 'print("\u{1f600}")', `caf\ufffd ${'x'.repeat(40)}`])
      assert.equal(looksBinary(text), false);
  });
});

describe('tokenAt', () => {
  const bos = { charStart: 0, charEnd: 0 };
  const span = (charStart: number, charEnd: number): typeof bos => ({ charStart, charEnd });

  it('finds the token of each character, and the last one at the end', () => {
    const tokens = [bos, span(0, 2), span(2, 3), span(3, 6)];
    assert.deepEqual(
      [0, 1, 2, 3, 5, 6].map((char) => tokenAt(tokens, char)),
      [1, 1, 2, 3, 3, 3],
    );
  });
  it('takes the last of the tokens that share a character', () => {
    // An emoji in three byte tokens between two letters.
    const tokens = [span(0, 1), span(1, 3), span(1, 3), span(1, 3), span(3, 4)];
    assert.deepEqual(
      [0, 1, 2, 3].map((char) => tokenAt(tokens, char)),
      [0, 3, 3, 4],
    );
  });
  it('has none in a text without tokens', () => {
    assert.equal(tokenAt([], 0), undefined);
    assert.equal(tokenAt([bos], 0), undefined);
  });
});
