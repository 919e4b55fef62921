/** SHA-256 of model files, computed in the background in small pieces and remembered by path, size and time. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** As vscode.Memento; a plain object in tests. */
export interface Store {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

interface Known {
  path: string;
  size: number;
  mtimeMs: number;
  sha256: string;
}

const KEY = 'modelHashes';
const KEPT = 50;
/** About a millisecond of hashing, so that the host's thread stays free between pieces. */
const PIECE = 256 * 1024;

export class ModelHashes {
  private readonly underway = new Map<string, Promise<string>>();

  constructor(private readonly store: Store) {}

  /** Hex. Rejects when the file cannot be read. */
  of(path: string): Promise<string> {
    let hash = this.underway.get(path);
    if (!hash) {
      hash = this.compute(path).finally(() => this.underway.delete(path));
      this.underway.set(path, hash);
    }
    return hash;
  }

  private async compute(path: string): Promise<string> {
    const status = await stat(path);
    // A device has no end.
    if (!status.isFile()) throw new Error(`${path} is no file.`);
    const { size, mtimeMs } = status;
    const known = this.store.get<Known[]>(KEY) ?? [];
    const found = known.find((entry) => entry.path === path && entry.size === size && entry.mtimeMs === mtimeMs);
    if (found) return found.sha256;
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path, { highWaterMark: PIECE })) hash.update(piece as Buffer);
    const sha256 = hash.digest('hex');
    const others = (this.store.get<Known[]>(KEY) ?? []).filter((entry) => entry.path !== path);
    await this.store.update(KEY, [{ path, size, mtimeMs, sha256 }, ...others].slice(0, KEPT));
    return sha256;
  }
}
