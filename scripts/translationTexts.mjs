// What translates between English and Chinese in this project, and its English without a translation, as one file:
//   node scripts/translationTexts.mjs      → media/weights/translation.json
// The Milestone History's translator learns from it. The file is kept, not made with every build: what was measured on it
// stays true when strings change.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/paths.mjs';

const read = (...names) => readFileSync(path.join(root, ...names), 'utf8');
const json = (...names) => JSON.parse(read(...names));
/** [file, English, Chinese] */
const pairs = [];
const add = (file, en, zh) => {
  const [a, b] = [en, zh].map((text) =>
    text
      .replaceAll(/\[([^\]]+)\]\([^)]*\)|[*“”"]/g, '$1')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  if (/\p{L}/u.test(a) && /\p{Script=Han}/u.test(b)) pairs.push([file, a, b]);
};
const sentences = (text, end) => text.trim().split(end).filter(Boolean);
const EN_END = /(?<=[.!?:;]["”’)]?)\s+/;
const ZH_END = /(?<=[。！？：；][”’）]?)(?![”’）])/;

/** Sentence by sentence where both have as many; else as it is. */
function addText(file, en, zh) {
  const [a, b] = [sentences(en, EN_END), sentences(zh, ZH_END)];
  if (a.length === b.length) a.forEach((each, at) => add(file, each, b[at]));
  else add(file, en, zh);
}

for (const [en, zh] of Object.entries(json('l10n', 'bundle.l10n.zh-cn.json'))) addText('workbench', en, zh);
const [nls, nlsZh] = [json('package.nls.json'), json('package.nls.zh-cn.json')];
for (const [key, en] of Object.entries(nls)) if (nlsZh[key]) addText('workbench', en, nlsZh[key]);
for (const id of readdirSync(path.join(root, 'src', 'milestones'), { withFileTypes: true })) {
  if (!id.isDirectory() || id.name === 'shared') continue;
  const paragraphs = (language) => read('src', 'milestones', id.name, `facts.${language}.md`).split(/\n\n+/);
  const [en, zh] = [paragraphs('en'), paragraphs('zh-cn')];
  if (en.length === zh.length)
    en.forEach((each, at) => addText(id.name, each.replace(/^#+ /, ''), zh[at].replace(/^#+ /, '')));
  try {
    for (const [a, b] of Object.entries(json('webview', 'milestones', id.name, 'strings.zh-cn.json')))
      addText(id.name, a, b);
  } catch (thrown) {
    if (thrown.code !== 'ENOENT') throw thrown; // a story only
  }
}
for (const { entry, text, source, said } of json('src', 'shared', 'history', 'claims.json')) {
  for (const each of [text, source, said]) if (each) addText(entry ?? 'workbench', each.en, each.zh);
}

/** Sentences of the sources' comments. */
const english = new Set();
const PLAIN = /^\p{L}[\p{L}\p{N} ,;:.’'()–-]+[.:;]?$/u;
for (const folder of ['src', 'webview', 'test', 'scripts', 'bench', 'training']) {
  for (const name of readdirSync(path.join(root, folder), { recursive: true }).map(String).sort()) {
    if (!/\.(ts|mjs)$/.test(name) || name.includes('node_modules')) continue;
    const source = read(folder, name);
    for (const [block] of source.matchAll(/\/\*\*[^]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm)) {
      const text = block
        .replace(/^[ \t]*(?:\/\*\*|\*\/|\*|\/\/)[ \t]?|\*\/$/gm, ' ')
        .replace(/[`*]/g, '')
        .replace(/\s+/g, ' ');
      for (const each of sentences(text, EN_END)) {
        if (PLAIN.test(each) && each.split(' ').length >= 4) english.add(each);
      }
    }
  }
}

const file = path.join(root, 'media', 'weights', 'translation.json');
const lines = (list) => `[\n${list.map((each) => JSON.stringify(each)).join(',\n')}\n]`;
writeFileSync(file, `{"pairs":${lines(pairs)},\n"english":${lines([...english])}}\n`);
const count = (texts) => texts.reduce((sum, text) => sum + text.split(' ').length, 0);
console.log(
  `${pairs.length} pairs (${count(pairs.map(([, en]) => en))} English words), ${english.size} more English sentences (${count([...english])} words)`,
);
