/** SHA-256 of model files, computed in the background in small pieces and remembered by path, size and time. */
import { stat } from 'node:fs/promises';
import { hashOfFile } from '../engine/formats/regularFile.node';

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
    const { size, mtimeMs } = await stat(path);
    const known = this.store.get<Known[]>(KEY) ?? [];
    const found = known.find((entry) => entry.path === path && entry.size === size && entry.mtimeMs === mtimeMs);
    if (found) return found.sha256;
    const sha256 = await hashOfFile(path);
    const others = (this.store.get<Known[]>(KEY) ?? []).filter((entry) => entry.path !== path);
    await this.store.update(KEY, [{ path, size, mtimeMs, sha256 }, ...others].slice(0, KEPT));
    return sha256;
  }
}
