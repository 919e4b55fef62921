/** Is the second held-out set of hands that no training text is from, under licences that allow it, and is the model measured on it? */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file: string): string => readFileSync(path.join('training', file), 'utf8');
const { packages, npm, shared } = JSON.parse(read('second.json')) as {
  packages: { name: string; version: string; licence: string; archive: string; sha256: string; files: number }[];
  npm: { version: string; files: number; sha256: string };
  shared: Record<string, Record<string, number>>;
};
/** As packages.py has them; the licences under which text is taken at all. */
const permissive = /^PERMISSIVE = \{([^}]*)\}/m.exec(read('packages.py'))![1];

describe('the second held-out set', () => {
  it('is of packages with a permissive licence, named by version and SHA-256', () => {
    assert.ok(packages.length >= 15);
    assert.equal(new Set(packages.map(({ name }) => name)).size, packages.length);
    for (const { name, version, licence, archive, sha256, files } of packages) {
      assert.ok(permissive.includes(`"${licence}"`), `${name}: ${licence}`);
      assert.match(version, /^\d+(\.\d+)+/, name);
      assert.ok(archive.includes(version), archive);
      assert.match(sha256, /^[0-9a-f]{64}$/, name);
      assert.ok(files > 0, name);
    }
    assert.match(npm.sha256, /^[0-9a-f]{64}$/);
  });

  it('is of packages, and scopes, that neither edition of the model was trained on', () => {
    const scope = (name: string): string => (name.startsWith('@') ? name.split('/')[0] : name);
    for (const file of ['SOURCES.md', 'SOURCES-1.md']) {
      // "name kB, name kB": a name may have a remark in brackets.
      const sources = new Set(
        Array.from(read(file).matchAll(/(?:^|, )(\S+)(?: \([^)]*\))? \d+/gm), ([, name]) => scope(name)),
      );
      assert.ok(sources.size > 100, file);
      assert.ok(sources.has('typescript') && sources.has('@humanfs'), file);
      const known = [...packages.map(({ name }) => scope(name)), 'npm', '@npmcli'].filter((name) => sources.has(name));
      assert.deepEqual(known, [], file);
    }
    for (const edition of ['first edition', 'second edition']) {
      for (const set of ['second', 'npm']) assert.ok(shared[edition][set] < 0.03, `${edition}, ${set}`);
    }
  });

  it('lies nowhere in the project: only names and numbers of it do', () => {
    const texts = readdirSync('training').filter((file) => /held|corpus\.pkl|\.bin$|\.tgz$|\.whl$/.test(file));
    assert.deepEqual(texts, []);
    assert.ok(!existsSync('training/data/held.json') || readFileSync('.gitignore', 'utf8').includes('training/data/'));
  });

  it('is measured of the model that ships, beside the first set and npm’s own commands, with a 5-gram and by language', () => {
    type Row = {
      ours: number;
      bytesPerToken: number;
      languages: Record<string, { bits: number; bytesPerToken: number }>;
    };
    const { text, ngram } = JSON.parse(readFileSync('bench/results/model.json', 'utf8')) as {
      text: Record<string, Row>;
      ngram: Record<string, number>;
    };
    const readme = read('README.md');
    for (const set of ['first', 'second']) {
      for (const kind of ['code', 'english', 'chinese']) assert.ok(`${set} ${kind}` in text, `${set} ${kind}`);
    }
    assert.ok('npm code' in text);
    assert.ok(Object.keys(text['second code'].languages).length >= 6);
    for (const [group, { ours, languages }] of Object.entries(text)) {
      assert.ok(ours < ngram[group], `the 5-gram is better on ${group}`);
      assert.ok(
        readme.includes(`| ${group} | `) && readme.includes(`| **${ours.toFixed(3)}** |`),
        `training/README.md lacks ${group}`,
      );
      for (const [language, { bits, bytesPerToken }] of Object.entries(languages)) {
        const gram = ngram[`${group}: ${language}`];
        const row = `${bytesPerToken.toFixed(2)} | **${bits.toFixed(3)}** | ${gram.toFixed(3)} |`;
        assert.ok(
          readme.includes(`| ${group.split(' ')[0]} | ${language} | `) && readme.includes(row),
          `${group}: ${language}`,
        );
      }
    }
  });
});
