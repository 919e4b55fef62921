import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { experiments } from '../../../../src/milestones';
import { MILESTONES } from '../../../../src/shared/history/timeline';

const FOLDER = path.join('src', 'milestones');
const WORDS_PER_MINUTE = 250; // a comfortable pace for plain English
const CHARACTERS_PER_MINUTE = 350; // the same for Chinese
const MOST_MINUTES = 24; // some twenty: room for every experiment’s section in full, in both languages

function facts(id: string, language: 'en' | 'zh-cn'): string {
  return readFileSync(path.join(FOLDER, id, `facts.${language}.md`), 'utf8');
}

const headings = (text: string): string[] => text.match(/^## .+$/gm) ?? [];
const links = (text: string): string[] => [...text.matchAll(/\[[^\]]+\]\(([^)\s]+)\)/g)].map(([, address]) => address);
const words = (text: string): number => text.split(/\s+/).length;
const hanCharacters = (text: string): number => (text.match(/\p{Script=Han}/gu) ?? []).length;

describe('facts of the milestones', () => {
  for (const { id, title } of MILESTONES) {
    it(`${id}: two languages, the same headings and links, plain markdown`, () => {
      const en = facts(id, 'en');
      const zh = facts(id, 'zh-cn');
      assert.ok(en.startsWith(`# ${title.en}\n`) && zh.startsWith(`# ${title.zh}\n`));
      assert.ok(headings(en).length >= 3);
      assert.equal(headings(zh).length, headings(en).length);
      assert.deepEqual(new Set(links(zh)), new Set(links(en)));
      for (const text of [en, zh]) {
        assert.doesNotMatch(text, /[<>`|]|!\[|\n#(?!# )|^\s*([-*+]|\d+\.)\s/mu, 'plain markdown only');
        assert.ok(links(text).every((address) => address.startsWith('https://')));
      }
      assert.doesNotMatch(zh, /\p{Script=Han}[,;:!?]|[,;:!?]\p{Script=Han}/u, 'Chinese punctuation');
      assert.ok(words(en) >= 140 && words(en) <= 330, `${words(en)} words`);
      assert.ok(hanCharacters(zh) >= 200, `${hanCharacters(zh)} characters`);
    });
  }

  it('have a last section on the experiment where there is one, in both languages', () => {
    const last = (id: string, language: 'en' | 'zh-cn'): string | undefined => headings(facts(id, language)).at(-1);
    for (const { id } of experiments) {
      assert.match(last(id, 'en') ?? '', /The experiment$/, id);
      assert.match(last(id, 'zh-cn') ?? '', /实验$/u, id);
    }
  });

  it('can be read in some twenty minutes, in either language', () => {
    const ids = MILESTONES.map((entry) => entry.id);
    const allWords = ids.reduce((sum, id) => sum + words(facts(id, 'en')), 0);
    const allCharacters = ids.reduce((sum, id) => sum + hanCharacters(facts(id, 'zh-cn')), 0);
    assert.ok(allWords / WORDS_PER_MINUTE <= MOST_MINUTES, `${allWords} words`);
    assert.ok(allCharacters / CHARACTERS_PER_MINUTE <= MOST_MINUTES, `${allCharacters} characters`);
  });
});
