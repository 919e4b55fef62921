import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fill } from '../../webview/shared/l10n';

/** First arguments of t(…), tParts(…) and vscode.l10n.t(…) in all sources below a folder. Mocha runs at the root. */
function stringsIn(folder: string): Set<string> {
  const strings = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true }).map(String)) {
    if (!name.endsWith('.ts')) continue;
    const source = readFileSync(path.join(folder, name), 'utf8');
    for (const [, , text] of source.matchAll(/\bt(?:Parts)?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)) {
      strings.add(text.replace(/\\(.)/g, '$1'));
    }
  }
  return strings;
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}|\$\([\w-]+\)/g) ?? [])].sort();

describe('strings for people', () => {
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;
  const page = stringsIn('webview');

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
    const used = new Set([...page, ...stringsIn('src')]);
    const unused = Object.keys(bundle).filter((text) => !used.has(text));
    assert.deepEqual(unused, []);
  });

  it('keep unknown placeholders and take arguments in any order', () => {
    assert.equal(fill('{1} of {0}, {2}', ['a', 3]), '3 of a, {2}');
  });
});
