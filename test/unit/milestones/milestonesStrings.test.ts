/** Everything an entry says is there in Chinese, in the entry's own file. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MILESTONES } from '../../../src/shared/history/timeline';
import { experimentOf } from '../../../src/milestones/index';
import type { CheckedNumbers } from '../../../src/protocol/milestones';

/** An entry's numbers are made in the one, drawn in the other. Mocha runs at the root. */
const NUMBERS = path.join('src', 'milestones');
const PAGES = path.join('webview', 'milestones');
const strings = (id: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(PAGES, id, 'strings.zh-cn.json'), 'utf8')) as Record<string, string>;
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));
const quoted = String.raw`(['"${'`'}])((?:\\.|(?!\1)[^\\])*)\1`;
const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

/** `text: '…'` and `label: '…'` anywhere, t('…') in what draws, and the names of a card's rows. */
function wordsOf(id: string): Set<string> {
  const words = new Set<string>();
  for (const file of [...sourcesIn(path.join(NUMBERS, id)), ...sourcesIn(path.join(PAGES, id))]) {
    const source = readFileSync(file, 'utf8');
    const patterns = source.includes('/shared/l10n') ? [`\\bt\\(\\s*${quoted}`] : [`\\b(?:text|label):\\s*${quoted}`];
    for (const pattern of patterns) {
      for (const [, , text] of source.matchAll(new RegExp(pattern, 'g'))) words.add(unescaped(text));
    }
    if (path.basename(file) === 'trial.ts')
      for (const [, , text] of source.matchAll(new RegExp(`[?:]\\s*${quoted}`, 'g'))) words.add(unescaped(text));
    if (path.basename(file) !== 'experiment.ts') continue;
    const card = source.slice(source.indexOf('\nfunction card('));
    for (const [, , text] of card.matchAll(new RegExp(`\\bname: ${quoted}`, 'g')))
      if (!text.includes('${')) words.add(unescaped(text));
  }
  return words;
}

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();

describe('milestones: words', () => {
  const ids = MILESTONES.map(({ id }) => id).filter((id) => existsSync(path.join(PAGES, id, 'page.ts')));
  const bundle = JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<string, string>;

  it('are found', () => assert.ok(wordsOf('backpropagation').size > 25));

  for (const id of ids.filter((each) => existsSync(path.join(NUMBERS, each, 'checked.json')))) {
    it(`${id}: what its checked numbers say is what it says today, and in Chinese too`, () => {
      const own = strings(id);
      const today = sourcesIn(path.join(NUMBERS, id)).map((file) => unescaped(readFileSync(file, 'utf8')));
      const { paper, why, rows } = JSON.parse(
        readFileSync(path.join(NUMBERS, id, 'checked.json'), 'utf8'),
      ) as CheckedNumbers;
      for (const { text, args = [] } of [paper, why]) {
        assert.ok(
          today.some((source) => source.includes(text)),
          `the experiment no longer says “${text}”`,
        );
        assert.ok(own[text], text);
        assert.equal(args.length, placeholders(text).length, text);
      }
      for (const { name } of rows) assert.ok(own[name] ?? bundle[name], name);
    });

    it(`${id}: its finding has a number for every place, whatever comes out`, () => {
      const { rows } = JSON.parse(readFileSync(path.join(NUMBERS, id, 'checked.json'), 'utf8')) as CheckedNumbers;
      const found = new Map(rows.map((row) => [row.name, row]));
      const { finding } = experimentOf(id).trial;
      for (const name of finding((each) => found.get(each)).rows) assert.ok(found.has(name), name);
      const extreme = (value: number) => finding(() => ({ value, interval: [value, value] }));
      for (const { text, rows: names } of [finding((each) => found.get(each)), extreme(-1e9), extreme(1e9)]) {
        for (const place of placeholders(text)) assert.ok(names[Number(place[1])], text);
        assert.ok(strings(id)[text], text);
      }
    });
  }

  for (const id of ids) {
    it(`${id}: all in Chinese, with the same placeholders`, () => {
      const own = strings(id);
      for (const text of wordsOf(id)) {
        const translation = own[text] ?? bundle[text];
        assert.ok(translation, `no translation of “${text}”`);
        assert.deepEqual(placeholders(translation), placeholders(text), text);
      }
    });
  }
});
