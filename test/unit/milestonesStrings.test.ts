/** Everything an entry says is there in Chinese, in the entry's own file. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MILESTONES } from '../../src/milestones/timeline';
import type { CheckedNumbers } from '../../src/protocol/milestones';
import { unfilled } from '../../webview/milestones/filledIn';

const FOLDER = path.join('src', 'milestones');
const read = (...names: string[]): string => readFileSync(path.join(FOLDER, ...names), 'utf8');
const quoted = String.raw`(['"${'`'}])((?:\\.|(?!\1)[^\\])*)\1`;
const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

/** `text: '…'` and `label: '…'` anywhere, t('…') in what draws, and the keys of `ours`. */
function wordsOf(id: string): Set<string> {
  const words = new Set<string>();
  for (const name of readdirSync(path.join(FOLDER, id)).filter((each) => each.endsWith('.ts'))) {
    const source = read(id, name);
    const patterns = source.includes('/shared/l10n') ? [`\\bt\\(\\s*${quoted}`] : [`\\b(?:text|label):\\s*${quoted}`];
    for (const pattern of patterns) {
      for (const [, , text] of source.matchAll(new RegExp(pattern, 'g'))) words.add(unescaped(text));
    }
    if (name !== 'experiment.ts') continue;
    const ours = /\bours: \{([\s\S]*?)\n {4}\},/.exec(source)?.[1] ?? '';
    for (const [, , text] of ours.matchAll(new RegExp(`${quoted}:`, 'g'))) words.add(unescaped(text));
  }
  return words;
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();

describe('milestones: words', () => {
  const ids = MILESTONES.map(({ id }) => id).filter((id) => existsSync(path.join(FOLDER, id, 'page.ts')));
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;

  it('are found', () => assert.ok(wordsOf('backpropagation').size > 25));

  it('with their places filled in are found again', () => {
    const keys = ['{1} of {0} (all)', 'other'];
    assert.deepEqual(unfilled('3 of 7 (all)', keys), { text: '{1} of {0} (all)', args: ['7', '3'] });
    assert.deepEqual(unfilled('something', keys), { text: 'something' });
  });

  for (const id of ids.filter((each) => existsSync(path.join(FOLDER, each, 'checked.json')))) {
    it(`${id}: what its checked numbers say is in Chinese too`, () => {
      const strings = JSON.parse(read(id, 'strings.zh-cn.json')) as Record<string, string>;
      const { paper, why } = JSON.parse(read(id, 'checked.json')) as CheckedNumbers;
      for (const text of [paper, why]) if (text) assert.ok(strings[unfilled(text, Object.keys(strings)).text], text);
    });
  }

  for (const id of ids) {
    it(`${id}: all in Chinese, with the same placeholders`, () => {
      const strings = existsSync(path.join(FOLDER, id, 'strings.zh-cn.json'))
        ? (JSON.parse(read(id, 'strings.zh-cn.json')) as Record<string, string>)
        : {};
      for (const text of wordsOf(id)) {
        const translation = strings[text] ?? bundle[text];
        assert.ok(translation, `no translation of “${text}”`);
        assert.deepEqual(placeholders(translation), placeholders(text), text);
      }
    });
  }
});
