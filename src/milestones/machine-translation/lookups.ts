/** What look-ups cost in a table that is spread over workers: one at a time, and all of one step together. */
import type { StupidBackoff } from './languageModels';
import { lookupTime, SHARD_COUNTS } from './options';

/** A run of words, by numbers with commas; the last is the asked one. */
export type Run = string;

export interface ShardTable {
  /** Share of each run among what follows its context. */
  shares: Map<Run, number>;
  /** Of a word that is nowhere. */
  floor: number;
}

export interface Shards {
  /** Stupid Backoff's scores, from one shard, in one trip. */
  ask(shard: number, runs: readonly Run[]): Promise<Float64Array>;
  close(): void;
}

export type OpenShards = (tables: readonly ShardTable[]) => Promise<Shards>;

/** By the asked word: a run and all its shorter forms lie in one shard, so that backing off needs no second trip. */
export function shardOf(word: number, count: number): number {
  return (Math.imul(word, 0x9e3779b1) >>> 8) % count;
}

export function tablesOf(model: StupidBackoff, count: number): ShardTable[] {
  const tables = Array.from({ length: count }, (): ShardTable => ({ shares: new Map(), floor: model.floor }));
  for (const [run, share] of model.counts.shares()) tables[shardOf(run.at(-1)!, count)].shares.set(run.join(), share);
  return tables;
}

/** `asked`: by step. Milliseconds for a thousand look-ups, by name. Throws Error where a shard answers otherwise than the model. */
export async function timeLookups(
  model: StupidBackoff,
  asked: readonly number[][][],
  { limit, open, pause }: { limit: number; open: OpenShards; pause: () => Promise<void> },
): Promise<Record<string, number>> {
  const steps: number[][][] = [];
  for (const step of asked) {
    const left = limit - steps.flat().length;
    if (left > 0) steps.push(step.slice(0, left));
  }
  const total = steps.reduce((sum, { length }) => sum + length, 0);
  const timings: Record<string, number> = {};
  for (const count of SHARD_COUNTS) {
    const shards = await open(tablesOf(model, count));
    try {
      const measure = async (batched: boolean): Promise<void> => {
        const started = performance.now();
        for (const step of steps) await (batched ? together(shards, step, count) : oneByOne(shards, step, count));
        timings[lookupTime(count, batched)] = ((performance.now() - started) * 1000) / total;
        await pause();
      };
      for (const step of steps.slice(0, 2)) {
        const answers = await together(shards, step, count);
        const right = step.every(
          (run, at) => answers[at] === model.score(model.counts.history(run.slice(0, -1)), run.at(-1)!),
        );
        if (!right) throw new Error('A shard answers otherwise than the whole table.');
      }
      await measure(false);
      await measure(true);
    } finally {
      shards.close();
    }
  }
  return timings;
}

async function oneByOne(shards: Shards, step: readonly number[][], count: number): Promise<void> {
  for (const run of step) await shards.ask(shardOf(run.at(-1)!, count), [run.join()]);
}

async function together(shards: Shards, step: readonly number[][], count: number): Promise<number[]> {
  const places = step.map((run) => shardOf(run.at(-1)!, count));
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, shard) => {
      const runs = step.filter((_run, at) => places[at] === shard).map((run) => run.join());
      return runs.length > 0 ? shards.ask(shard, runs) : new Float64Array(0);
    }),
  );
  const next = new Array<number>(count).fill(0);
  return places.map((shard) => answers[shard][next[shard]++]);
}
