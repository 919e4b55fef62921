/**
 * The one model that a worker keeps loaded: that of a file as it is now. Whoever computes with it has a lease; one that is
 * kept no longer is closed when the last lease ends.
 */
import { statSync } from 'node:fs';
import { Problem } from '../protocol/problem';
import type { CallContext } from '../protocol/rpc';
import { breathe } from './explain';
import type { LoadProgress } from './model/loadWeights';

type Loading = { kind: 'loading'; share: number };

export interface Lease<Loaded> {
  readonly model: Loaded;
  release(): void;
}

interface Held<Loaded> {
  readonly key: string;
  readonly model: Loaded;
  leases: number;
}

export class KeptModel<Loaded> {
  private current: Held<Loaded> | undefined;
  /** The call before: two at once would load the same file twice. */
  private last: Promise<unknown> = Promise.resolve();

  /** `close`: of one that nobody can ask any more. */
  constructor(
    private readonly load: (path: string, onProgress: LoadProgress) => Promise<Loaded>,
    private readonly close: (unused: Loaded) => void,
  ) {}

  /** The kept one, or, for another file or a changed one, a fresh one in its place. Throws what `load` throws, or cancelled. */
  lease(path: string, context: CallContext<Loading>): Promise<Lease<Loaded>> {
    const mine = this.last.then(() => this.keptOrLoaded(path, context)).then((held) => this.leaseOf(held));
    this.last = mine.catch(() => {});
    return mine;
  }

  private leaseOf(held: Held<Loaded>): Lease<Loaded> {
    held.leases++;
    let ended = false;
    const release = (): void => {
      if (ended) return;
      ended = true;
      held.leases--;
      this.closeUnused(held);
    };
    return { model: held.model, release };
  }

  private async keptOrLoaded(path: string, { signal, progress }: CallContext<Loading>): Promise<Held<Loaded>> {
    // Whoever gave up while waiting costs the others nothing.
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    const key = `${path}\n${modified(path)}`;
    if (this.current?.key === key) return this.current;
    const old = this.current;
    this.current = undefined; // the old model's memory may be needed for the new one
    if (old) this.closeUnused(old);
    progress({ kind: 'loading', share: 0 });
    const model = await this.load(path, async (share) => {
      progress({ kind: 'loading', share });
      await breathe(signal);
    });
    return (this.current = { key, model, leases: 0 });
  }

  private closeUnused(held: Held<Loaded>): void {
    if (held !== this.current && held.leases === 0) this.close(held.model);
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
