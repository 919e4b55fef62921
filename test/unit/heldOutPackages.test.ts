/** Is the second held-out set of packages that no training text is from, under licences that allow it, and is the model measured on it? */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { schoolProblems } from '../../bench/model/confidence';
import { checkNarrower, narrowerOf, type HeldOutFile } from '../../bench/model/heldOut';
import { setsSentence } from '../../bench/model/report';

const read = (file: string): string => readFileSync(path.join('training', file), 'utf8');
const { packages, npm, shared, problems, narrower } = JSON.parse(read('second.json')) as {
  packages: {
    name: string;
    version: string;
    licence: string;
    archive: string;
    sha256: string;
    files: number;
    kin?: string[];
  }[];
  npm: { version: string; files: number; sha256: string };
  shared: Record<string, Record<string, number>>;
  problems: Record<string, Record<'problems' | 'runs' | 'shared', number>>;
  narrower: { set: string; says: string; without: string[] }[];
};
/** Names of SOURCES: "name kB, name kB"; a name may have a remark in brackets. */
const sourcesOf = (file: string): string[] =>
  Array.from(read(file).matchAll(/(?:^|, )(\S+)(?: \([^)]*\))? \d+/gm), ([, name]) => name);
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
      const sources = new Set(sourcesOf(file).map(scope));
      assert.ok(sources.size > 100, file);
      assert.ok(sources.has('typescript') && sources.has('@humanfs'), file);
      const known = [...packages.map(({ name }) => scope(name)), 'npm', '@npmcli'].filter((name) => sources.has(name));
      assert.deepEqual(known, [], file);
    }
    for (const edition of ['first edition', 'second edition']) {
      for (const set of ['second', 'npm']) assert.ok(shared[edition][set] < 0.03, `${edition}, ${set}`);
    }
  });

  it('names the packages whose authors or companies have others that are read, and has a part without them', () => {
    const sources = new Set(['SOURCES.md', 'SOURCES-1.md'].flatMap(sourcesOf));
    const related = packages.filter(({ kin }) => kin);
    for (const { name, kin } of related) {
      assert.deepEqual(
        kin!.filter((other) => !sources.has(other)),
        [],
        `${name}: not read`,
      );
      assert.ok(setsSentence().includes(`${name} (${kin!.join(', ')})`), name);
    }
    const unrelated = narrower.find(({ set, says }) => set === 'second' && says === 'unrelated')!;
    assert.deepEqual(unrelated.without, related.map(({ name }) => `${name}/`).sort());
  });

  it('has parts of whole packages, or of files, that are less than all of a group', () => {
    const file = (set: HeldOutFile['set'], name: string): HeldOutFile => ({ set, kind: 'code', name, text: '' });
    const [one, ky, other] = [file('second', 'hono/a.ts'), file('second', 'ky/a.ts'), file('second', 'kynema/a.ts')];
    assert.deepEqual(narrowerOf([one, ky, other]), [['unrelated', [one, other]]]);
    assert.deepEqual(narrowerOf([ky]), []);
    assert.deepEqual(narrowerOf([one]), []);
    const [byFile] = narrower.find(({ says }) => says === 'by package')!.without;
    const [held, beside] = [file('first', byFile), file('first', `${byFile}0`)];
    assert.deepEqual(narrowerOf([held, beside]), [['by package', [beside]]]);
    assert.deepEqual(narrowerOf([{ ...held, set: 'second' }, one]), []);
    assert.throws(() => checkNarrower([one]), /leaves out what is not held out: ahooks\//);
  });

  it('no problem that a reasoner is judged on shares a run of 13 words, of Chinese characters, with training text', () => {
    for (const language of ['en', 'zh'] as const) {
      assert.equal(problems[`school.${language}`].problems, schoolProblems(language).length);
      assert.ok(problems[`scenes3.${language}`].problems >= 1000);
    }
    for (const [name, { problems: count, runs, shared: some }] of Object.entries(problems)) {
      assert.ok(runs > 10 * count, `${name}: ${runs}`);
      assert.equal(some, 0, name);
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
      // Not in what was measured before 30 November 2026.
      narrower?: Record<string, { files: number; ours: number }>;
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
    for (const [group, { narrower: parts = {} }] of Object.entries(text)) {
      for (const [says, { files, ours }] of Object.entries(parts)) {
        const name = `${group}, ${says}`;
        assert.ok(ours < ngram[name], `the 5-gram is better on ${name}`);
        const row = readme.split('\n').find((line) => line.startsWith(`| ${name} | ${files} | `));
        assert.ok(row?.includes(`| **${ours.toFixed(3)}** |`), `training/README.md lacks ${name}`);
      }
    }
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
