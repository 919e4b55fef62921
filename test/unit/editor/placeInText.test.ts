import assert from 'node:assert/strict';
import { placeInText } from '../../../src/editor/placeInText';

const found = (document: string, text: string, nth = 0, from = 0): string | null => {
  const place = placeInText(document, from, { text, nth });
  return place && `${place.start}:${document.slice(place.start, place.end)}`;
};

describe('a piece of a trace in its document', () => {
  it('is found as it stands, at its turn, from a line on', () => {
    const text = '1 + 1 = 3. Then 1 + 1 = 3.\nAnd 1 + 1 = 3.';
    assert.equal(found(text, '1 + 1 = 3'), '0:1 + 1 = 3');
    assert.equal(found(text, '1 + 1 = 3', 1), '16:1 + 1 = 3');
    assert.equal(found(text, '1 + 1 = 3', 0, 27), '31:1 + 1 = 3');
    assert.equal(found(text, '1 + 1 = 3', 3), null);
    assert.equal(found(text, ''), null);
  });

  it('is found with the line ends of the document', () => {
    assert.equal(found('a\r\nb\r\n', 'a\nb'), '0:a\r\nb');
  });

  it('is found as JSON writes it: quotes, line ends, other scripts, slashes', () => {
    const step = 'Er sagt "三 / 1"\nund 466 − 66 = 390.';
    const plain = JSON.stringify({ content: step });
    assert.ok(found(plain, step)?.endsWith('66 = 390.'));
    const ascii = plain.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    assert.ok(found(ascii, step)?.includes('\\u4e09 / 1\\"\\nund 466 \\u2212 66'));
    assert.ok(found('{"text":"1 \\/ 2 = 3"}', '1 / 2 = 3'));
  });

  it('is not found where a stream has it in pieces', () => {
    assert.equal(found('{"content":"1 + 1"}\n{"content":" = 3"}', '1 + 1 = 3'), null);
  });
});
