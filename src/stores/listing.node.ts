/** A place that is looked through: which files in it are models' files, and what could not be read. */
import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { openFileLater, readSmallFile } from '../engine/formats/regularFile.node';
import type { StoreName, Unreadable } from '../protocol/foundModels';
import { cutName } from '../shared/cutText';

/** A file that may be a model or a part of one. */
export interface Candidate {
  path: string;
  store: StoreName;
  /** What the store calls it. */
  label: string;
  bytes: number;
  mtimeMs: number;
  /** "device:inode": the same file has the same, under whatever name. */
  identity: string;
  /** What is known to be wrong with it, where it need not be opened: Ollama's safetensors. */
  format?: string;
}

export class Listing {
  readonly candidates: Candidate[] = [];
  readonly unreadable: Unreadable[] = [];
  private readonly seen = new Set<string>();

  /** Adds the file once, under the first name. false: there is none, or it is known already. */
  async add(file: string, store: StoreName, label: string, format?: string): Promise<boolean> {
    return this.addFound(file, await statOf(file), store, label, format);
  }

  private addFound(
    file: string,
    found: BigIntStats | undefined,
    store: StoreName,
    label: string,
    format?: string,
  ): boolean {
    if (!found?.isFile()) return false;
    const identity = `${found.dev}:${found.ino}`;
    if (this.seen.has(identity)) return false;
    this.seen.add(identity);
    const { size, mtimeMs } = found;
    this.candidates.push({
      path: file,
      store,
      label: cutName(label),
      bytes: Number(size),
      mtimeMs: Number(mtimeMs),
      identity,
      format,
    });
    return true;
  }

  /** In this order; all are asked for at once, which on a network's disk takes the time of a few. */
  async addAll(files: readonly string[], store: StoreName, labelOf: (file: string) => string): Promise<void> {
    const found = await Promise.all(files.map(statOf));
    files.forEach((file, i) => this.addFound(file, found[i], store, labelOf(file)));
  }

  fail(at: string, why: Unreadable['why'], thrown: unknown): void {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT' && why === 'folder') return;
    this.unreadable.push({ path: at, why, message: thrown instanceof Error ? thrown.message : String(thrown) });
  }

  /** Names in a folder; none where it is not there or cannot be read, which is noted. */
  async names(folder: string): Promise<string[]> {
    try {
      return (await readdir(folder)).sort();
    } catch (thrown) {
      this.fail(folder, 'folder', thrown);
      return [];
    }
  }

  /** JSON of at most a megabyte; undefined, and noted, where it is none. */
  async json(file: string): Promise<unknown> {
    try {
      return JSON.parse(await readSmallFile(file, 1 << 20)) as unknown;
    } catch (thrown) {
      this.fail(file, 'manifest', thrown);
      return undefined;
    }
  }
}

const statOf = (file: string): Promise<BigIntStats | undefined> => stat(file, { bigint: true }).catch(() => undefined);

export async function beginsLikeGguf(file: string): Promise<boolean> {
  const { handle } = (await openFileLater(file).catch(() => undefined)) ?? {};
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'GGUF';
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

const MOST_ENTRIES = 50_000;
const MOST_DEPTH = 10;
/** Of the Hugging Face layout: contents under another name, and notes. */
const NOT_ENTERED = new Set(['blobs', 'refs', '.no_exist', '.locks', '.git', 'node_modules']);

/** All `.gguf` files under a folder, links followed, each folder once, and no more than a bounded number of entries. */
export async function walk(folder: string, store: StoreName, listing: Listing, labelOf: LabelOf): Promise<void> {
  const entered = new Set<string>();
  let entries = 0;
  const enter = async (at: string, depth: number): Promise<void> => {
    const found = await stat(at, { bigint: true }).catch((thrown: unknown) => listing.fail(at, 'folder', thrown));
    if (!found?.isDirectory() || entered.has(`${found.dev}:${found.ino}`)) return;
    entered.add(`${found.dev}:${found.ino}`);
    const folders: string[] = [];
    const files: string[] = [];
    const read = await readdir(at, { withFileTypes: true }).catch((thrown: unknown) => {
      listing.fail(at, 'folder', thrown);
      return [];
    });
    for (const entry of read.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++entries > MOST_ENTRIES) break;
      const file = path.join(at, entry.name);
      if (/\.gguf$/i.test(entry.name)) files.push(file);
      else if ((entry.isDirectory() || entry.isSymbolicLink()) && !NOT_ENTERED.has(entry.name)) folders.push(file);
    }
    await listing.addAll(files, store, (file) => labelOf(path.relative(folder, file)));
    if (depth < MOST_DEPTH && entries <= MOST_ENTRIES) for (const inner of folders) await enter(inner, depth + 1);
  };
  await enter(folder, 0);
  if (entries > MOST_ENTRIES) listing.fail(folder, 'too-many', new Error(`It has more than ${MOST_ENTRIES} entries.`));
}

/** @param relative path within the store */
type LabelOf = (relative: string) => string;

export const asPath: LabelOf = (relative) => relative.split(path.sep).join('/');

/** "models--owner--name/snapshots/<commit>/sub/file.gguf" → "owner/name/sub/file.gguf" */
export const asRepository: LabelOf = (relative) => {
  const [repository, snapshots, , ...file] = relative.split(path.sep);
  if (!repository.startsWith('models--') || snapshots !== 'snapshots') return asPath(relative);
  return [...repository.split('--').slice(1), ...file].join('/');
};
