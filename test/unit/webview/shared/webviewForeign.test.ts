/** Foreign words in files that leave the page: Markdown, tables, pictures. */
import assert from 'node:assert/strict';
import { csv } from '../../../../webview/shared/csv';
import { markdownText } from '../../../../webview/shared/markdownText';
import { xmlCharacters } from '../../../../webview/shared/xmlCharacters';

describe('foreign words in exported files', () => {
  it('are no Markdown: no link, image, HTML, code, heading or list', () => {
    for (const [text, expected] of [
      ['[x](https://a.b)', '\\[x\\](https\\://a.b)'],
      ['![x](y)', '!\\[x\\](y)'],
      ['<img src=x onerror=y>', '\\<img src=x onerror=y\\>'],
      ['see https://a.b, www.a.b, me@a.b', 'see https\\://a.b, www\\.a.b, me\\@a.b'],
      ['`code` *b* _i_ ~s~ $m$ &amp;', '\\`code\\` \\*b\\* \\_i\\_ \\~s\\~ \\$m\\$ \\&amp;'],
      ['# h\n- a\n+ b\n1. c\n2) d\n---\n===', '\\# h\n\\- a\n\\+ b\n1\\. c\n2\\) d\n\\---\n\\==='],
      ['a | b', 'a \\| b'],
      ['\\[x](y)', '\\\\\\[x\\](y)'],
      ['\u001b[2J \u202e', '␛\\[2J \\<U+202E\\>'],
      ['5 + 3 = 8, a-b (c)', '5 + 3 = 8, a-b (c)'],
    ]) {
      assert.equal(markdownText(text), expected);
    }
  });

  it('run in no spreadsheet, also where their first sign is of full width', () => {
    const cell = (text: string): string => csv({ columns: [text], rows: [] }).trimEnd();
    for (const sign of ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20']) {
      assert.equal(cell(`${sign}cmd`), `'${sign}cmd`);
    }
    assert.equal(cell('-1.5'), '-1.5');
  });

  it('are XML, whatever characters they hold', () => {
    assert.equal(
      xmlCharacters('<a>\u0000\u000b\ufffe\uffff\ud800x\udc00 \t\n🍎</a>'),
      '<a>␀␋\ufffd\ufffd\ufffdx\ufffd \t\n🍎</a>',
    );
    for (let code = 0; code < 0x10000; code++) {
      const shown = xmlCharacters(String.fromCharCode(code));
      assert.match(shown, /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/);
      assert.doesNotThrow(() => encodeURIComponent(shown));
    }
  });
});
