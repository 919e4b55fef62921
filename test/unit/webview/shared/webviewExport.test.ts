import assert from 'node:assert/strict';
import { csv } from '../../../../webview/shared/csv';
import { cell } from '../../../../webview/shared/tableTwin';

const half = cell(0.5, () => '50%');

describe('a table as comma-separated values', () => {
  it('has the numbers, not their words', () => {
    assert.equal(csv({ columns: ['Token', 'Weight'], rows: [['a', half]] }), 'Token,Weight\r\na,0.5\r\n');
  });

  it('quotes what would end a field or a row', () => {
    const rows = [['a,b'], ['say "x"'], ['two\nlines']];
    assert.equal(csv({ columns: ['t'], rows }), 't\r\n"a,b"\r\n"say ""x"""\r\n"two\nlines"\r\n');
  });

  it('lets no text of a document run as a spreadsheet’s formula', () => {
    const rows = [['=HYPERLINK("http://x")'], ['@SUM(1)'], ['-1.5'], ['='], [cell(-2)]];
    assert.equal(
      csv({ columns: ['t'], rows }),
      't\r\n"\'=HYPERLINK(""http://x"")"\r\n\'@SUM(1)\r\n-1.5\r\n=\r\n-2\r\n',
    );
  });

  it('nor what would be a cell of its own where semicolons or tabs separate', () => {
    const rows = [['a;=1+1'], ['a\t=1+1'], ['＝1+1']];
    assert.equal(csv({ columns: ['t'], rows }), 't\r\n"a;=1+1"\r\n"a\t=1+1"\r\n\'＝1+1\r\n');
  });
});
