/** Pipes and devices where files are expected: nothing that the product opens waits for one or reads it without end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import { hashOfFile, openFileLater, readSmallFile } from '../../../src/engine/formats/regularFile.node';
import { folderTexts } from '../../../src/milestones/folderTexts.node';
import { ModelHashes } from '../../../src/models/modelHashes';
import { downloadFile } from '../../../src/stores/download.node';
import { findModels } from '../../../src/stores/find.node';
import { KeptHeads } from '../../../src/stores/heads.node';
import { blobOf, type CachePlace } from '../../../src/stores/hubCache.node';
import { beginsLikeGguf } from '../../../src/stores/listing.node';
import { readShort, type Place } from '../../../src/stores/places.node';

const HASH = 'a'.repeat(64);

describe('what is no file', function () {
  let folder: string;
  const pipes: string[] = [];
  const at = (...names: string[]): string => {
    const file = path.join(folder, ...names);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  const pipe = (...names: string[]): string => {
    const file = at(...names);
    execFileSync('mkfifo', [file]);
    pipes.push(file);
    return file;
  };
  const device = (...names: string[]): string => {
    const file = at(...names);
    symlinkSync('/dev/zero', file);
    return file;
  };
  before(function () {
    if (process.platform === 'win32') this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'attention-pipes-'));
  });
  after(() => {
    // Whoever waits after all is let go, so that the process ends.
    for (const file of pipes) closeSync(openSync(file, constants.O_RDWR | constants.O_NONBLOCK));
    if (folder) rmSync(folder, { recursive: true });
  });

  /** Within a second; with what it fails, if it does. */
  async function answers(work: Promise<unknown>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error('it waits')), 1000)));
    const answer = await Promise.race([work, late]).catch((thrown: Error) => thrown.message);
    clearTimeout(timer);
    assert.notEqual(answer, 'it waits');
    return answer;
  }

  it('is not opened, read or hashed', async () => {
    for (const file of [pipe('pipe'), device('device'), folder]) {
      assert.throws(() => new FileSource(file), { code: 'file-missing' });
      assert.match(String(await answers(openFileLater(file))), /no file/);
      assert.match(String(await answers(readSmallFile(file, 100))), /no file|EISDIR/);
      assert.match(String(await answers(hashOfFile(file))), /no file|EISDIR/);
      assert.match(String(await answers(new ModelHashes({ get: () => undefined, update: async () => {} }).of(file))), /no file/); // prettier-ignore
      assert.equal(readShort(file), undefined);
      assert.equal(await answers(beginsLikeGguf(file)), false);
      await answers(new KeptHeads(file, '1').read());
    }
    assert.equal(await answers(readSmallFile('/proc/self/status', 100)), ''); // says that it has no byte
  });

  it('is no part of a model', () => {
    const source = new FileSource(__filename);
    assert.throws(() => source.beside(path.relative(path.dirname(__filename), pipe('model-00002-of-00002.gguf'))), { code: 'file-missing' }); // prettier-ignore
    source.close();
  });

  it('in the stores of other programs is passed over, and said where it stands for a list of theirs', async () => {
    const places: Place[] = [
      { store: 'ollama', folder: at('ollama') },
      { store: 'docker', folder: at('docker') },
      { store: 'hugging-face', folder: at('hub') },
    ];
    const lists = [pipe('ollama/manifests/registry.ollama.ai/library/a/pipe'), device('ollama/manifests/registry.ollama.ai/library/a/device'), pipe('docker/models.json')]; // prettier-ignore
    pipe(`ollama/blobs/sha256-${HASH}`);
    device(`docker/blobs/sha256/${HASH}`);
    pipe('hub/models--a--b/snapshots/c/pipe.gguf');
    device('hub/models--a--b/snapshots/c/device.gguf');
    const cacheFile = pipe('heads.json');
    const found = (await answers(findModels({ places, cacheFile, edition: '1' }))) as Awaited<
      ReturnType<typeof findModels>
    >;
    assert.deepEqual(found.models, []);
    assert.deepEqual(found.unreadable.map((one) => one.path).sort(), lists.sort());
    assert.ok(found.unreadable.every(({ message }) => /no file/.test(message)));
  });

  it('is no text of a folder, and no beginning of a download', async () => {
    pipe('texts/a.md');
    device('texts/b.md');
    writeFileSync(at('texts/c.md'), 'a text');
    assert.deepEqual(await answers(folderTexts(at('texts'), 1000)), [{ name: 'c.md', text: 'a text' }]);

    const place: CachePlace = { cache: at('cache'), repository: 'a/b', revision: 'main', commit: 'c'.repeat(40) };
    const file = { path: 'm.gguf', size: 100, digest: HASH };
    device(path.relative(folder, `${blobOf(place, file)}.incomplete`));
    const hub = { endpoint: 'http://127.0.0.1:9', get: () => assert.fail('asked'), silenceMs: 100 } as never;
    const download = downloadFile({ hub, place, file, signal: new AbortController().signal, waitMs: 1 });
    assert.match(String(await answers(download)), /no file/);
  });

  it('meets nothing that opens a file past these', () => {
    const OPENS = /\b(?:open|openSync|readFile|readFileSync|createReadStream)\b/;
    const opens = (source: string): boolean =>
      Array.from(source.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)).some(([, names]) =>
        OPENS.test(names),
      ) || /\b(?:fs\.readFile|openTextDocument)\(/.test(source);
    const found = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && opens(readFileSync(path.join('src', name), 'utf8')),
    );
    assert.deepEqual(found.sort(), KNOWN.map((name) => path.normalize(name)).sort());
  });
});

/** What is the program's own, was asked first what it is, or was named by a person on the command line; what is written. */
const KNOWN: readonly string[] = [
  'cli/modelFiles.ts',
  'cli/npz.ts',
  'cli/textFile.ts',
  'engine/formats/regularFile.node.ts',
  'host/regularFile.ts',
  'host/textFile.ts',
  'milestones/folderTexts.node.ts',
  'milestones/inputs.node.ts',
  'milestones/recorded.node.ts',
  'models/bundledModels.ts',
  'models/turbo.ts',
  'panels/chineseWords.ts',
  'panels/milestoneInputs.ts',
  'panels/reasoningPanels.ts',
  'stores/download.node.ts',
  'stores/lock.node.ts',
];
