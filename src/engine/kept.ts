/** What a worker keeps for its host, each under a name that no other worker answers to. */
import type { Handle } from '../protocol/handle';
import { Problem } from '../protocol/problem';

/** One count for all that a worker keeps: a reading and an import of the same number would have the same name. */
let last = 0;

export class Kept<Thing> {
  private readonly things = new Map<number, Thing>();

  /** `worker`: its number, see workerNumber in workerPort.node.ts. */
  constructor(private readonly worker: number) {}

  /** A name under which nothing is kept yet. */
  newHandle(): Handle {
    return { worker: this.worker, kept: ++last };
  }

  set({ kept }: Handle, thing: Thing): void {
    this.things.set(kept, thing);
  }

  keep(thing: Thing): Handle {
    const handle = this.newHandle();
    this.set(handle, thing);
    return handle;
  }

  find({ worker, kept }: Handle): Thing | undefined {
    return worker === this.worker ? this.things.get(kept) : undefined;
  }

  /** Throws Problem trace-gone. */
  of(handle: Handle): Thing {
    const found = this.find(handle);
    if (found === undefined) throw new Problem('trace-gone', 'What is asked about is no longer kept.');
    return found;
  }

  /** What was kept under this name until now. */
  release(handle: Handle): Thing | undefined {
    const found = this.find(handle);
    if (found !== undefined) this.things.delete(handle.kept);
    return found;
  }
}
