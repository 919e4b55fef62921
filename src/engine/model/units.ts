/** Parts of a model that are in memory for those who share them: kept, or gone when the last one has released them. */
import type { InMemory, Loader } from './loader';
import type { ReadAhead } from './pieces';
import type { Plan } from './plan';

export type Pause = () => Promise<void> | void;

/** What is read and freed together. */
export interface Unit<Part> {
  name: string;
  plan: Plan<Part>;
}

interface Held {
  part: Promise<InMemory<unknown>>;
  users: number;
}

export class Units {
  private readonly held = new Map<string, Held>();
  private next: { name: string; reading: ReadAhead | undefined } | undefined;

  /** `keep`: how many there are, where none is freed, and what is called when all have been read. */
  constructor(
    private readonly loader: Loader,
    private readonly keep?: { missing: number; complete: () => void },
  ) {}

  /**
   * The unit in memory until `release`; `next` is being read from then on. What failed for one who waited (cancelled, no
   * memory) is tried again by the others, and may be later. Throws as Loader.tree.
   */
  async take<Part>(
    unit: Unit<Part>,
    next: Unit<unknown> | undefined,
    pause: Pause,
  ): Promise<{ part: Part; release: () => void }> {
    const { name } = unit;
    for (;;) {
      const found = this.held.get(name);
      const held = found ?? { part: this.read(unit, next, pause), users: 0 };
      this.held.set(name, held);
      held.users++;
      try {
        const { part, free } = (await held.part) as InMemory<Part>;
        let released = false;
        const release = (): void => {
          if (released) return;
          released = true;
          if (--held.users > 0 || this.keep) return;
          this.held.delete(name);
          free();
        };
        return { part, release };
      } catch (thrown) {
        if (this.held.get(name) === held) this.held.delete(name);
        if (!found) throw thrown;
        await pause();
      }
    }
  }

  /** Begins to read what will be asked for next. */
  begin(next: Unit<unknown> | undefined): void {
    if (!next || this.held.has(next.name) || this.next?.name === next.name) return;
    this.next = { name: next.name, reading: this.loader.ahead(next.plan) };
  }

  private async read<Part>(
    { name, plan }: Unit<Part>,
    next: Unit<unknown> | undefined,
    pause: Pause,
  ): Promise<InMemory<Part>> {
    const begun = this.next?.name === name ? this.next.reading : undefined;
    this.next = undefined;
    const part = await this.loader.tree<Part>(plan, pause, begun);
    if (this.keep && --this.keep.missing === 0) {
      this.loader.close();
      this.keep.complete();
    } else this.begin(next);
    return part;
  }
}
