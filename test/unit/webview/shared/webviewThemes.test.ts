/** Pages in tests wear the colours that VS Code gives them (test/page/themes.json): none that they name was left out. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const { themes } = JSON.parse(readFileSync('test/page/themes.json', 'utf8')) as {
  themes: Record<string, Record<string, string>>;
};

describe('the recorded colours', () => {
  it('have every one that a page names, in some theme: else `node scripts/pageThemes.mjs` records them anew', () => {
    const sources = readdirSync('webview', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(?:css|ts)$/.test(name),
    );
    const named = new Set(
      sources.flatMap((name) => readFileSync(`webview/${name}`, 'utf8').match(/--vscode-[\w-]+/g) ?? []),
    );
    assert.ok(named.size > 40, `${named.size}`);
    const recorded = new Set(Object.values(themes).flatMap((colors) => Object.keys(colors)));
    assert.deepEqual([...named].filter((name) => !recorded.has(name)).sort(), []);
  });
});
