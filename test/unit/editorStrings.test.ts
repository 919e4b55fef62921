import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// Mocha runs at the repository's root.
const read = (...names: string[]): string => readFileSync(path.join(...names), 'utf8');
const json = (name: string): Record<string, string> => JSON.parse(read(name)) as Record<string, string>;

/** What the host says to people: the first argument of each t(…). */
function hostStrings(): string[] {
  const files = ['commands', 'editor', 'host', 'models', 'panels', 'sidebar'].flatMap((folder) =>
    readdirSync(path.join('src', folder)).map((name) => read('src', folder, name)),
  );
  return files.flatMap((source) =>
    [...source.matchAll(/\bt\(\s*(['"])((?:\\.|(?!\1)[^\\])*)\1/g)].map(([, , text]) => text.replace(/\\(.)/g, '$1')),
  );
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}|\$\([\w-]+\)/g) ?? [])].sort();

describe('the host’s strings', () => {
  it('are all in the Chinese bundle, with the same placeholders', () => {
    const bundle = json('l10n/bundle.l10n.zh-cn.json');
    const strings = hostStrings();
    assert.ok(strings.length > 30, `${strings.length} found`);
    for (const text of strings) {
      assert.ok(bundle[text], `no translation of “${text}”`);
      assert.deepEqual(placeholders(bundle[text]), placeholders(text), text);
    }
  });

  it('of package.json are there in both languages, none more', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    const expected = [...new Set(used)].sort();
    assert.deepEqual(Object.keys(json('package.nls.json')).sort(), expected);
    assert.deepEqual(Object.keys(json('package.nls.zh-cn.json')).sort(), expected);
  });
});
