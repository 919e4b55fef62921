import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fill } from '../../../../webview/shared/l10n';

/** Sources below a folder. Mocha runs at the root. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => file.endsWith('.ts'));

/** What milestonesStrings.test.ts looks after: entries of the history have their words in their own folder. */
const hasOwnWords = (file: string): boolean => existsSync(path.join(path.dirname(file), 'strings.zh-cn.json'));

/** First arguments of t(…), tParts(…) and vscode.l10n.t(…). */
function stringsOf(files: readonly string[]): Set<string> {
  const strings = new Set<string>();
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    for (const [, , text] of source.matchAll(/\bt(?:Parts)?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)) {
      strings.add(text.replace(/\\(.)/g, '$1'));
    }
  }
  return strings;
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}|\$\([\w-]+\)/g) ?? [])].sort();

describe('strings for people', () => {
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
  const page = stringsOf(sourcesIn('webview').filter((file) => !hasOwnWords(file)));

  it('of the pages are all in the Chinese bundle, with the same placeholders', () => {
    assert.ok(page.size > 80, `${page.size} found`);
    for (const text of page) {
      assert.ok(bundle[text], `no translation of “${text}”`);
      assert.deepEqual(placeholders(bundle[text]), placeholders(text), text);
    }
  });

  it('of the pages never have a variable as key, which no list could find', () => {
    for (const text of page) assert.ok(!text.includes('${'), text);
  });

  it('are used, all of them', () => {
    const used = stringsOf([...sourcesIn('webview'), ...sourcesIn('src')]);
    const unused = Object.keys(bundle).filter((text) => !used.has(text));
    assert.deepEqual(unused, []);
  });

  it('hold words from right to left apart, so that the digits behind them stay where they are', () => {
    assert.equal(fill('‘{0}’ {1}', ['שלום', '12%']), '‘\u2068שלום\u2069’ 12%');
    assert.equal(
      fill('{0}: {1}', ['‘\u2068مرحبا\u2069’ 3', 'a 你好 é']),
      '\u2068‘\u2068مرحبا\u2069’ 3\u2069: a 你好 é',
    );
  });

  it('keep unknown placeholders and take arguments in any order', () => {
    assert.equal(fill('{1} of {0}, {2}', ['a', 3]), '3 of a, {2}');
  });
});
