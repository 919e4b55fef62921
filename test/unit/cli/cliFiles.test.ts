/** Files that are none: pipes, devices, folders. No command waits for them or reads them without end. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import { runHere } from '../../support/commandLine';

describe('files that are none', function () {
  this.timeout(60_000);
  let folder: string;
  let pipe: string;
  before(function () {
    if (process.platform === 'win32') this.skip();
    folder = mkdtempSync(path.join(tmpdir(), 'attention-pipe-'));
    pipe = path.join(folder, 'pipe.gguf');
    execFileSync('mkfifo', [pipe]);
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['dist/cli.js', ...args], { encoding: 'utf8', timeout: 20_000, maxBuffer: 1 << 26 });

  it('are no models', async () => {
    const none = [pipe, folder, '/dev/zero', '/dev/tty'].filter(existsSync);
    for (const file of none) assert.throws(() => new FileSource(file), { code: 'file-missing' }, file);
    const { status, stdout, stderr } = run('models', ...none);
    assert.deepEqual([status, stdout.match(/not supported/g)?.length], [1, none.length], stderr);
    for (const file of none) assert.equal((await runHere('explain', '--text', 'a', '--model', file)).status, 1, file);
  });

  it('as texts are read to their end, and no further than a file may be large', async () => {
    assert.match((await runHere('trace', '/dev/zero')).stderr, /at most 32 MB/);
    assert.match((await runHere('explain', '--file', '/dev/zero')).stderr, /at most 4 MB/);
    assert.equal((await runHere('trace', folder)).status, 1);
    const text = path.join(folder, 'text.txt');
    writeFileSync(text, '1. One.\n2. Two.\n');
    for (const input of ['/dev/stdin', '-']) {
      const shell = spawnSync('sh', ['-c', `cat '${text}' | '${process.execPath}' dist/cli.js trace ${input}`], {
        encoding: 'utf8',
      });
      assert.match(shell.stdout, /2 steps/, shell.stderr);
    }
  });

  it('that are programs are no chains of thought, unless they are put on standard input', async () => {
    const { status, stdout, stderr } = await runHere('trace', 'src/cli/trace.ts');
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /src\/cli\/trace\.ts.*program's source/);
    const input = readFileSync('src/cli/trace.ts');
    assert.equal(spawnSync(process.execPath, ['dist/cli.js', 'trace', '-'], { input }).status, 0);
  });
});
