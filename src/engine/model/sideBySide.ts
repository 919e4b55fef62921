/**
 * Several runs of a model. Where it is larger than memory they go side by side: what several of them want to read next is read
 * once for all. Each computes what it would alone, to the bit; it only waits for the others before something is read.
 */
import { Problem } from '../../protocol/problem';
import type { FeedForward } from './layerWeights';
import type { Model } from './model';
import type { Pause } from './units';
import type { Lease, NetworkId, Output, Weights } from './weights';

/** Runs at once: so many first, then as many as have that much of the kernel's memory. */
const [FEW, MOST, ROOM] = [4, 64, 512 * 2 ** 20];

/**
 * What each job gives, in their order; in memory one job runs after the other. `way`: whether they go through the layers from
 * the first or from the last on. Throws what one of them threw; the others have ended by then.
 */
export async function sideBySide<M extends Model, Result>(
  model: M,
  jobs: readonly ((model: M) => Promise<Result>)[],
  way: 'up' | 'down' = 'up',
): Promise<Result[]> {
  const results: Result[] = [];
  if (model.weights.bytesPerPass === undefined) {
    for (const job of jobs) results.push(await job(model));
    return results;
  }
  let together = FEW;
  for (let first = 0; first < jobs.length;) {
    const batch = jobs.slice(first, first + together);
    const before = model.kernel.bytesInUse;
    const convoy = new Convoy(model, batch.length, way);
    const ended = await Promise.allSettled(batch.map((job, i) => convoy.run(i, job)));
    for (const [i, one] of ended.entries()) {
      if (one.status === 'fulfilled') results.push(one.value);
      else if (batch.length > 1 && one.reason instanceof Problem && one.reason.code === 'out-of-memory') {
        results.push(await batch[i](model)); // alone it may fit
      } else throw one.reason;
    }
    first += batch.length;
    const each = Math.max(1, (convoy.mostBytes - before) / batch.length);
    together = Math.max(1, Math.min(MOST, Math.floor(ROOM / each)));
  }
  return results;
}

/** A run that waits for a part of the file. */
interface Waiting {
  run: number;
  /** What is read; those that want the same stand in the same place. In the order of the file. */
  place: number;
  pause: Pause;
  /** Its layer, where it waits for networks. */
  lease?: Lease;
  ids: readonly NetworkId[];
  use: (part: never, which: never) => Promise<void> | void;
  ended: (thrown?: { thrown: unknown }, lease?: Lease) => void;
}

class Convoy<M extends Model> {
  mostBytes = 0;
  private readonly weights: Weights;
  private readonly waiting: Waiting[] = [];
  private serving = false;

  constructor(
    private readonly model: M,
    /** Runs that have not ended. */
    private running: number,
    private readonly way: 'up' | 'down',
  ) {
    this.weights = model.weights;
  }

  async run<Result>(run: number, job: (model: M) => Promise<Result>): Promise<Result> {
    const { weights } = this;
    const output: Output = {
      ...weights.output,
      ranges: (use, pause = () => {}) =>
        this.wait({ run, place: 2 * this.model.config.layers, pause, ids: [], use }).then(() => {}),
    };
    const layer: Weights['layer'] = async (l, pause = () => {}) => {
      const lease = (await this.wait({ run, place: 2 * l, pause, ids: [], use: () => {} }))!;
      const networks: Lease['networks'] = (ids, use, wait = () => {}) =>
        this.wait({ run, place: 2 * l + 1, pause: wait, lease, ids, use }).then(() => {});
      return { ...lease, networks };
    };
    try {
      return await job({ ...this.model, weights: { ...weights, layer, output } });
    } finally {
      this.running--;
      this.serve();
    }
  }

  private wait(asked: Omit<Waiting, 'ended'>): Promise<Lease | undefined> {
    return new Promise((resolve, reject) => {
      const ended: Waiting['ended'] = (failed, lease) => (failed ? reject(failed.thrown as Error) : resolve(lease));
      this.waiting.push({ ...asked, ended });
      this.serve();
    });
  }

  /** When nobody computes any more, reads what those want who are furthest behind. */
  private serve(): void {
    const { waiting, running, way } = this;
    if (this.serving || waiting.length === 0 || new Set(waiting.map(({ run }) => run)).size < running) return;
    this.serving = true;
    this.mostBytes = Math.max(this.mostBytes, this.model.kernel.bytesInUse);
    const places = waiting.map(({ place }) => place);
    const place = way === 'up' ? Math.min(...places) : Math.max(...places);
    const own = waiting.filter((one) => one.place === place);
    waiting.splice(0, waiting.length, ...waiting.filter((one) => one.place !== place));
    void this.read(place, own).then(() => {
      this.serving = false;
      this.serve();
    });
  }

  /** Never rejects: those who wait hear. */
  private async read(place: number, own: readonly Waiting[]): Promise<void> {
    const failed = new Map<Waiting, { thrown: unknown }>();
    /** One after the other; who throws is left out from then on. */
    const each = async (work: (one: Waiting) => Promise<void> | void): Promise<void> => {
      for (const one of own) {
        if (failed.has(one)) continue;
        try {
          await work(one);
        } catch (thrown) {
          failed.set(one, { thrown });
        }
      }
      if (failed.size === own.length) throw failed.get(own[0])!.thrown;
    };
    const { layers } = this.model.config;
    const pause: Pause = () => each((one) => one.pause());
    let lease: Lease | undefined;
    try {
      if (place === 2 * layers) {
        await this.weights.output.ranges(
          (words, first) => each((one) => (one.use as Parameters<Output['ranges']>[0])(words, first)),
          pause,
        );
      } else if (place % 2 === 0) lease = shared(await this.weights.layer(place / 2, pause), own.length);
      else {
        const ids = [...new Set(own.flatMap((one) => one.ids))].sort((a, b) => Number(a) - Number(b));
        const use = (network: FeedForward, id: NetworkId): Promise<void> =>
          each((one) =>
            one.ids.includes(id) ? (one.use as Parameters<Lease['networks']>[1])(network, id) : undefined,
          );
        await own[0].lease!.networks(ids, use, pause);
      }
    } catch (thrown) {
      for (const one of own) if (!failed.has(one)) failed.set(one, { thrown });
    }
    for (const one of own) {
      if (failed.has(one)) lease?.release();
      one.ended(failed.get(one), lease);
    }
  }
}

/** A lease that is over when so many have released it. */
function shared(lease: Lease, users: number): Lease {
  let left = users;
  return {
    ...lease,
    release() {
      if (--left === 0) lease.release();
    },
  };
}
