import assert from 'node:assert/strict';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { isUnseen, nameOfUnseen } from '../../../src/shared/unseen';

describe('characters that are not seen', () => {
  it('are known within and beyond the first plane, and have their number as a name', () => {
    const unseen = [0x200b, 0x202e, 0x061c, 0x115f, 0x1160, 0x180e, 0x3164, 0xffa0, 0xe0041, 0xe0100, 0x2060, 0xfeff];
    for (const code of unseen) {
      const character = String.fromCodePoint(code);
      assert.ok(isUnseen(character), `U+${code.toString(16)}`);
      assert.equal(nameOfUnseen(character), `U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
    }
    assert.deepEqual(['\0', '\x1b'].map(nameOfUnseen), ['\\0', '\\x1b']);
  });

  it('are not what can be seen, tabs and breaks, and what joins emoji', () => {
    for (const seen of ['a', ' ', '\t', '\n', '\r', '中', '😀', '\u200d', '\ufe0f', '_'])
      assert.ok(!isUnseen(seen), seen);
  });

  it('stand in labels by their number', () => {
    assert.equal(readableLabel('a\u3164b\u{e0041}'), 'aU+3164bU+E0041');
  });
});
