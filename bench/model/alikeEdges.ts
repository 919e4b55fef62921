/** What effects have edges of one weight, over many texts? By factors of weight: the middle 90 % of sizes, and a sample of them. */
import { seededRandom } from '../../src/shared/random';
import type { EdgeReceipt, StudiedBin, StudiedEdges } from '../../src/protocol/receipts';

/** Weights within this factor are alike; below the least they are nobody's question. */
const [FACTOR, LEAST_WEIGHT] = [1.5, 1e-4];
/** Sizes that are kept of a bin, in this unit of logits. */
const [KEPT, UNIT] = [120, 1e-5];

export class AlikeEdges {
  private readonly bins = new Map<string, number[]>();
  private readonly random = seededRandom(2);

  /** Knockouts of one query, all of them. */
  add(edges: readonly EdgeReceipt[], sinks: readonly boolean[]): void {
    for (const { weight, key, knockout } of edges) {
      if (!knockout || weight < LEAST_WEIGHT) continue;
      const name = `${sinks[key] ? 1 : 0} ${binOf(weight)}`;
      const own = this.bins.get(name) ?? [];
      own.push(Math.abs(knockout.total));
      this.bins.set(name, own);
    }
  }

  /** `sha256`: of the model that the edges are of. */
  studied(sha256: string): StudiedEdges {
    const of = (sink: number): StudiedBin[] =>
      [...this.bins]
        .map(([name, sizes]) => ({ name: name.split(' ').map(Number), sizes }))
        .filter(({ name }) => name[0] === sink)
        .sort((a, b) => a.name[1] - b.name[1])
        .map(({ name, sizes }) => this.bin(name[1], sizes));
    return { model: sha256, factor: FACTOR, unit: UNIT, others: of(0), sinks: of(1) };
  }

  private bin(number: number, sizes: readonly number[]): StudiedBin {
    const sorted = [...sizes].sort((a, b) => a - b);
    const at = (share: number): number => units(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
    // A sample of chance: the first of a shuffle, without the whole shuffle.
    const pool = [...sizes];
    const kept = Array.from({ length: Math.min(KEPT, pool.length) }, () =>
      units(pool.splice(Math.floor(this.random() * pool.length), 1)[0]),
    );
    return {
      weight: Number((FACTOR ** number).toPrecision(4)),
      count: sizes.length,
      low: at(0.05),
      high: at(0.95),
      sizes: kept.sort((a, b) => a - b),
    };
  }
}

/** Bins are a factor wide, their middles whole powers of it. */
const binOf = (weight: number): number => Math.round(Math.log(weight) / Math.log(FACTOR));

const units = (size: number): number => Math.round(size / UNIT);
