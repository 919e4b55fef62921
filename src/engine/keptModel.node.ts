/** The one model that a worker keeps loaded: that of a file as it is now. */
import { statSync } from 'node:fs';
import { Problem } from '../protocol/problem';
import type { CallContext } from '../protocol/rpc';
import { breathe } from './explain';
import type { LoadProgress } from './model/loadWeights';

type Loading = { kind: 'loading'; share: number };

export class KeptModel<Loaded> {
  private current: { key: string; loaded: Loaded } | undefined;
  /** The call before: two at once would load the same file twice. */
  private last: Promise<unknown> = Promise.resolve();

  /** `dropped` is told of the one that is kept no longer. */
  constructor(
    private readonly load: (path: string, onProgress: LoadProgress) => Promise<Loaded>,
    private readonly dropped: (old: Loaded) => void = () => {},
  ) {}

  isKept(loaded: Loaded): boolean {
    return this.current?.loaded === loaded;
  }

  /** The kept one, or, for another file or a changed one, a fresh one in its place. Throws what `load` throws, or cancelled. */
  of(path: string, context: CallContext<Loading>): Promise<Loaded> {
    const mine = this.last.then(() => this.keptOrLoaded(path, context));
    this.last = mine.catch(() => {});
    return mine;
  }

  private async keptOrLoaded(path: string, { signal, progress }: CallContext<Loading>): Promise<Loaded> {
    // Whoever gave up while waiting costs the others nothing.
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    const key = `${path}\n${modified(path)}`;
    if (this.current?.key !== key) {
      const old = this.current?.loaded;
      this.current = undefined; // the old model's memory may be needed for the new one
      if (old) this.dropped(old);
      progress({ kind: 'loading', share: 0 });
      const loaded = await this.load(path, async (share) => {
        progress({ kind: 'loading', share });
        await breathe(signal);
      });
      this.current = { key, loaded };
    }
    return this.current.loaded;
  }
}

function modified(path: string): string {
  try {
    const { size, mtimeMs } = statSync(path);
    return `${size}\n${mtimeMs}`;
  } catch {
    return ''; // opening it says what is wrong
  }
}
