/** Heads of models, kept from one time to the next by the paths, sizes and times of their files. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readSmallFile } from '../engine/formats/regularFile.node';
import type { ModelHead } from '../protocol/foundModels';
import type { Candidate } from './listing.node';

/** null: it is no model. */
type Kept = ModelHead | null;

/** Of more than this nobody has a list. */
const MOST_BYTES = 1 << 26;

export class KeptHeads {
  private readonly known = new Map<string, Kept>();
  private readonly used = new Map<string, Kept>();
  private changed = false;

  /** @param edition heads that another edition of the program has kept are not believed */
  constructor(
    private readonly file: string | undefined,
    private readonly edition: string,
  ) {}

  async read(): Promise<void> {
    if (!this.file) return;
    try {
      const text = await readSmallFile(this.file, MOST_BYTES);
      const { edition, heads } = JSON.parse(text) as { edition?: unknown; heads?: unknown };
      if (edition !== this.edition || !Array.isArray(heads)) return;
      for (const [key, head] of heads as [string, Kept][]) if (typeof key === 'string') this.known.set(key, head);
    } catch {
      // There is none yet, or it is not whole: the heads are read again.
    }
  }

  /** undefined: not known. */
  find(files: readonly Candidate[]): Kept | undefined {
    const key = keyOf(files);
    const head = this.known.get(key);
    if (head !== undefined) this.used.set(key, head);
    return head;
  }

  keep(files: readonly Candidate[], head: Kept): void {
    this.used.set(keyOf(files), head);
    this.changed = true;
  }

  /** Only those that were asked for this time. Beside and renamed: another window may be reading. */
  async write(): Promise<void> {
    if (!this.file || (!this.changed && this.used.size === this.known.size)) return;
    const beside = `${this.file}.${process.pid}`;
    try {
      await mkdir(path.dirname(this.file), { recursive: true });
      await writeFile(beside, JSON.stringify({ edition: this.edition, heads: [...this.used] }));
      await rename(beside, this.file);
    } catch {
      // A full or read-only disk: the next time takes longer.
    }
  }
}

const keyOf = (files: readonly Candidate[]): string =>
  files.map(({ path: file, bytes, mtimeMs }) => `${file}\n${bytes}\n${mtimeMs}`).join('\n');
