import assert from 'node:assert/strict';
import { placeInText, placesToMark } from '../../../src/editor/placeInText';

const found = async (document: string, text: string, nth = 0, from = 0): Promise<string | null> => {
  const place = await placeInText(document, from, { text, nth });
  return place && `${place.start}:${document.slice(place.start, place.end)}`;
};

describe('a piece of a trace in its document', () => {
  it('is found as it stands, at its turn, from a line on', async () => {
    const text = '1 + 1 = 3. Then 1 + 1 = 3.\nAnd 1 + 1 = 3.';
    assert.equal(await found(text, '1 + 1 = 3'), '0:1 + 1 = 3');
    assert.equal(await found(text, '1 + 1 = 3', 1), '16:1 + 1 = 3');
    assert.equal(await found(text, '1 + 1 = 3', 0, 27), '31:1 + 1 = 3');
    assert.equal(await found(text, '1 + 1 = 3', 3), null);
    assert.equal(await found(text, ''), null);
  });

  it('is found with the line ends of the document', async () => {
    assert.equal(await found('a\r\nb\r\n', 'a\nb'), '0:a\r\nb');
  });

  it('is found as JSON writes it: quotes, line ends, other scripts, slashes', async () => {
    const step = 'Er sagt "三 / 1"\nund 466 − 66 = 390.';
    const plain = JSON.stringify({ content: step });
    assert.ok((await found(plain, step))?.endsWith('66 = 390.'));
    const ascii = plain.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    assert.ok((await found(ascii, step))?.includes('\\u4e09 / 1\\"\\nund 466 \\u2212 66'));
    assert.ok(await found('{"text":"1 \\/ 2 = 3"}', '1 / 2 = 3'));
  });

  it('is not found where a stream has it in pieces', async () => {
    assert.equal(await found('{"content":"1 + 1"}\n{"content":" = 3"}', '1 + 1 = 3'), null);
  });

  it('is found where the parts meet that a long document is looked through in', async () => {
    const step = '1 + 1 = 3';
    for (const before of [2 ** 20 - step.length, 2 ** 20 - 4, 2 ** 20 - 1, 2 ** 20]) {
      assert.equal(await found(`${'.'.repeat(before)}${step}${step}${'.'.repeat(2 ** 20)}${step}`, step, 2), `${before + 2 * step.length + 2 ** 20}:${step}`); // prettier-ignore
    }
    // What overlaps is one.
    assert.equal(await found('a'.repeat(2 ** 20 + 10), 'aaaa', 2 ** 18 + 1), `${2 ** 20 + 4}:aaaa`);
  });

  it('and 50 that are not there keep nobody waiting, however long the document', async () => {
    const document = '1 + 1 = 2\n'.repeat(300_000);
    let pauses = 0;
    let last = process.cpuUsage();
    let longest = 0;
    const pause = (): void => {
      pauses++;
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1000);
      last = process.cpuUsage();
    };
    const pieces = Array.from({ length: 50 }, (_, i) => ({ text: `1 + 1 = ${i + 3}\n`, nth: i }));
    const places = await placesToMark(document, 10, pieces, pause);
    assert.ok(places.every((place) => place === null));
    // Two parts of two million units, for each way to write it and beginning to look from.
    assert.ok(pauses > 50 * 4 && pauses < 50 * 40, `${pauses} pauses`);
    assert.ok(longest < 1000, `${longest} ms`);
  });
});
