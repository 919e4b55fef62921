/** What a command prints for programs, and how it ends. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { jsonText } from '../../../src/cli/output';

describe('command line: output', () => {
  it('JSON holds no character that steers a terminal, and reads back the same', () => {
    const value = { text: 'a\u007fb\u009b31m\u202e\u2066\u0000\u001b[0m\n漢' };
    const text = jsonText(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    assert.match(text, /\\u007f.*漢/);
  });

  it('--version says the manifest’s', () => {
    const { stdout, status } = spawnSync(process.execPath, ['dist/cli.js', '--version'], { encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.deepEqual([stdout, status], [`${version}\n`, 0]);
  });
});
