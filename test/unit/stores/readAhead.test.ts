/** Heads that come from the disk while others are looked at: the same bytes, in order, a few at once, and nothing left open. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ahead, HeadSource, Rooms } from '../../../src/stores/readAhead.node';

describe('reading ahead', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'ahead-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (name: string, bytes: number, seed: number): string => {
    const file = path.join(folder, name);
    writeFileSync(
      file,
      Uint8Array.from({ length: bytes }, (_, i) => i * seed),
    );
    return file;
  };

  it('gives what is there ahead and what is not, each from its own file', async () => {
    const rooms = new Rooms();
    for (const [name, seed] of [['a', 3] as const, ['b', 7] as const]) {
      const source = new HeadSource(put(name, 1000, seed));
      await source.readAhead(600, rooms);
      for (const [offset, length] of [
        [0, 600],
        [10, 20],
        [590, 30],
        [900, 100],
      ]) {
        const expected = Uint8Array.from({ length }, (_, i) => (offset + i) * seed);
        assert.deepEqual(Uint8Array.from(source.read(offset, length)), expected, `${name} ${offset}`);
      }
      assert.throws(() => source.read(990, 20), RangeError);
      source.close();
      assert.throws(() => source.read(0, 10), { code: 'file-missing' });
    }
  });

  it('leaves a file that shrinks to who reads it', async () => {
    const file = put('shrinks', 1000, 1);
    const source = new HeadSource(file);
    truncateSync(file, 100);
    await source.readAhead(600, new Rooms());
    assert.throws(() => source.read(0, 600), { code: 'file-missing' });
    source.close();
  });

  it('has a few under way, gives them in order, and closes those that nobody takes any more', async () => {
    const open = new Set<number>();
    const [taken, most]: [number[], number[]] = [[], []];
    const opener = (item: number): Promise<number> => {
      open.add(item);
      most.push(open.size);
      // Later ones are ready sooner.
      return new Promise((resolve) => setTimeout(resolve, 20 - 2 * item, item));
    };
    const items = Array.from({ length: 10 }, (_, i) => i);
    for await (const [item, opened] of ahead(items, opener, (one) => open.delete(one))) {
      assert.equal(opened, item);
      taken.push(item);
      open.delete(opened);
      if (item === 5) break;
    }
    assert.deepEqual(taken, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual([...open], []);
    assert.ok(Math.max(...most) <= 4 && Math.max(...most) > 1, String(most));
  });
});
