/** Is the map true (docs/ARCHITECTURE.md), and do imports run one way, without circles? */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

// Mocha runs at the repository's root.
const map = readFileSync('docs/ARCHITECTURE.md', 'utf8');
/** Of the host, each of which imports only from those before it. */
const HOST = ['host', 'editor', 'models', 'panels', 'commands', 'sidebar', 'extension.ts'].map((name) => `src/${name}`);

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`);

/** Without what is installed. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [at];
    return entry.name === 'node_modules' ? [] : filesBelow(at);
  });

const sourcesIn = (folder: string): string[] =>
  filesBelow(folder).filter(
    (file) => /\.(?:ts|mjs)$/.test(file) && !file.endsWith('.d.ts') && !file.includes('/kernel/assembly/'),
  );

/** Files of the project that this one imports, if only their types. */
function importsOf(file: string): string[] {
  const statements = /^(?:import|export)(?: [^;'"]*? from)? '(\.[^']+)';$/gm;
  return [...readFileSync(file, 'utf8').matchAll(statements)]
    .map(([, from]) => path.posix.join(path.posix.dirname(file), from))
    .flatMap((at) => [`${at}.ts`, `${at}/index.ts`, at].filter((each) => /\.\w+$/.test(each) && existsSync(each)));
}

/** A circle among the files, if there is one: each imports the next. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = visit(next, [...way, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = visit(file, []);
    if (found) return found;
  }
  return undefined;
}

describe('the map of the repository', () => {
  it('names every folder of src and webview', () => {
    const folders = [...foldersIn('src'), ...foldersIn('webview')];
    assert.ok(folders.length > 12);
    assert.deepEqual(
      folders.filter((folder) => !map.includes(`\`${folder}/`)),
      [],
    );
  });

  it('names every folder of views, and is no longer than two screens', () => {
    const views = foldersIn('webview/explain').map((folder) => `\`${path.basename(folder)}\``);
    assert.ok(views.length > 8);
    assert.deepEqual(
      views.filter((view) => !map.includes(view)),
      [],
    );
    assert.ok(map.split('\n').length < 60 && map.length < 8400, `${map.length} characters`);
  });

  it('in README’s short form names every folder of src', () => {
    const [, built] = readFileSync('README.md', 'utf8').split('## How it is built');
    assert.deepEqual(
      foldersIn('src').filter((folder) => !built.includes(folder) && !built.includes(`\`${path.basename(folder)}\``)),
      [],
    );
  });

  it('names no file and no folder that is not there', () => {
    const named = [...map.matchAll(/`((?:src|webview|test|docs|tsconfig|media|l10n|training|scripts|bench)\/[^`]*)`/g)]
      .map(([, name]) => name)
      .filter((name) => !/[<…*]/.test(name));
    assert.ok(named.length > 25);
    assert.deepEqual(
      named.filter((name) => !existsSync(name) || statSync(name).isDirectory() !== name.endsWith('/')),
      [],
    );
  });

  it('has every ring of tsconfig/', () => {
    const rings = readdirSync('tsconfig').filter((name) => name !== 'base.json');
    assert.deepEqual(
      rings.filter((name) => !map.includes(`\n| ${path.basename(name, '.json')} |`)),
      [],
    );
  });
});

/** Of other projects, and made up. */
const ELSEWHERE =
  /\b(?:ContribOperators\.md|encoder\.py|findLMStudioHome\.ts|gguf\.md|linkedText\.ts|settings\.md|NAME\W.*|[ab]\.\w+)$/;

describe('a comment', () => {
  it('names no file that is gone', () => {
    const folders = ['src', 'webview', 'test', 'scripts', 'bench', 'training', 'docs', 'tsconfig'];
    const files = [...folders.flatMap(filesBelow), ...readdirSync('.')];
    const sources = files.filter((file) => /\.(?:ts|mjs|cjs|py|css)$/.test(file));
    assert.ok(sources.length > 1000);
    const gone = sources.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\/\*[^]*?\*\/|(?<![:'"`\w])\/\/.*|^ *# .*/gm)]
        .flatMap(([comment]) => comment.match(/(?<![\w./-])[\w./-]*\w\.(?:ts|mjs|cjs|py|md)\b/g) ?? [])
        .filter(
          (name) => !ELSEWHERE.test(name) && !files.some((known) => `/${known}`.endsWith(path.posix.join('/', name))),
        )
        .map((name) => `${file}: ${name}`),
    );
    assert.deepEqual(gone, []);
  });
});

/** Unit tests that import nothing of the folder which their own one mirrors, and why. */
const OF_NO_FOLDER: Record<string, string> = {
  'architecture.test.ts': 'reads the whole repository',
  'editorStrings.test.ts': 'reads all that the host says, in whatever folder',
  'growth.test.ts': 'every parser there is',
  'heldOutPackages.test.ts': 'reads what training/ and bench/ recorded',
  'reasoning/arithmetic/links.test.ts': 'through annotate, which gives the steps their links',
  'reasoning/arithmetic/propagation.test.ts': 'through annotate, too',
  'restored.test.ts': 'what each page kept',
  'settings.test.ts': 'reads package.json',
  'webview/shared/webviewThemes.test.ts': 'reads what the pages name of colours',
};

describe('a unit test', () => {
  it('stands in the folder that mirrors one of whose sources it imports', () => {
    const files = sourcesIn('test/unit').filter((file) => file.endsWith('.test.ts'));
    assert.ok(files.length > 150);
    const mirrored = (file: string): string => {
      const folder = path.posix.dirname(file).slice('test/unit/'.length);
      return folder.startsWith('webview/') ? folder : `src/${folder}`;
    };
    // What the command line answers is asked through a file of test/support.
    const tested = (file: string): string[] =>
      importsOf(file).flatMap((each) => (each === 'test/support/commandLine.ts' ? importsOf(each) : [each]));
    const astray = files.filter((file) => !tested(file).some((each) => path.posix.dirname(each) === mirrored(file)));
    assert.deepEqual(astray.map((file) => file.slice('test/unit/'.length)).sort(), Object.keys(OF_NO_FOLDER).sort());
  });
});

describe('an architecture', () => {
  it('is one file of fewer than 80 lines', () => {
    const files = sourcesIn('src/engine/model/architectures').map((file) => [file, readFileSync(file, 'utf8')]);
    const architectures = files.filter(([, source]) => /^export const \w+: Architecture = /m.test(source));
    assert.ok(architectures.length > 30, `${architectures.length}`);
    const long = architectures.filter(([, source]) => source.split('\n').length > 80);
    assert.deepEqual(long.map(([file]) => file), []); // prettier-ignore
  });
});

describe('imports', () => {
  // In test/ui the workbench and what it is asked to look like know each other’s types.
  const folders = ['src', 'webview', 'bench', 'scripts', ...foldersIn('test').filter((one) => one !== 'test/ui')];
  const files = folders.flatMap(sourcesIn);

  it('run in no circle, types too', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file)]));
    assert.ok(files.length > 1000 && [...graph.values()].flat().length > files.length);
    assert.equal(circleIn(graph)?.join(' → '), undefined);
    assert.deepEqual(circleIn(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]])), ['b', 'c', 'b']); // prettier-ignore
  });

  it('of the host’s folders run one way', () => {
    const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/');
    const against = files
      .filter((file) => HOST.includes(folderOf(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter((other) => HOST.indexOf(folderOf(other)) > HOST.indexOf(folderOf(file)))
          .map((other) => `${file} → ${other}`),
      );
    assert.deepEqual(against, []);
  });
});
