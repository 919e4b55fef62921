/**
 * Do weights agree with effects? A weight is a factor of the effect, so correlation is partly mechanical: it is taken within
 * each head, and beside it stand other readings and a null model whose values were dealt out anew among the keys.
 */
import type { Agreement, EdgeReceipt } from '../../protocol/receipts';
import { seededRandom, shuffle } from '../../shared/random';
import { mean, spearman } from '../../shared/statistics';
import { dot } from '../../shared/dot';
import { edgeDirect, sizeOf } from './edges';
import type { Query } from './query';

/** Edges that a head needs for a rank correlation. */
const LEAST = 5;

/** `norms`: α·‖v W_O‖ of each edge. Effects at or below the floor are tied. */
export function agreement(
  query: Query,
  edges: readonly EdgeReceipt[],
  norms: readonly number[],
  sinks: readonly boolean[],
  floor: number,
): Agreement {
  const [weight, norm, attribution, weightWithoutSinks, weightDirect, weightDirectPermuted]: number[][] = [
    [],
    [],
    [],
    [],
    [],
    [],
  ];
  const random = seededRandom(1);
  for (const own of byHead(edges)) {
    const sizes = own.map(({ edge }) => floored(sizeOf(edge), floor));
    const weights = own.map(({ edge }) => edge.weight);
    add(weight, weights, sizes);
    add(
      norm,
      own.map(({ index }) => norms[index]),
      sizes,
    );
    add(
      attribution,
      own.map(({ edge }) => Math.abs(edge.zero.direct)),
      sizes,
    );
    const free = own.filter(({ edge }) => !sinks[edge.key]);
    add(
      weightWithoutSinks,
      free.map(({ edge }) => edge.weight),
      free.map(({ edge }) => floored(sizeOf(edge), floor)),
    );
    add(
      weightDirect,
      weights,
      own.map(({ edge }) => Math.abs(edgeDirect(query, edge, 'knockout') ?? 0)),
    );
    add(
      weightDirectPermuted,
      weights,
      permuted(
        query,
        own.map(({ edge }) => edge),
        random,
      ),
    );
  }
  const average = (values: number[]): number | null => (values.length === 0 ? null : mean(values));
  return {
    heads: weight.length,
    weight: average(weight),
    norm: average(norm),
    attribution: average(attribution),
    weightWithoutSinks: average(weightWithoutSinks),
    weightDirect: average(weightDirect),
    weightDirectPermuted: average(weightDirectPermuted),
  };
}

const floored = (size: number, floor: number): number => (size <= floor ? 0 : size);

function add(to: number[], a: readonly number[], b: readonly number[]): void {
  if (a.length < LEAST) return;
  const value = spearman(a, b);
  // Where one side does not vary there is nothing to agree on.
  if (!Number.isNaN(value)) to.push(value);
}

function byHead(edges: readonly EdgeReceipt[]): { edge: EdgeReceipt; index: number }[][] {
  const heads = new Map<string, { edge: EdgeReceipt; index: number }[]>();
  edges.forEach((edge, index) => {
    if (edge.knockout === null) return;
    const key = `${edge.layer} ${edge.head}`;
    heads.set(key, [...(heads.get(key) ?? []), { edge, index }]);
  });
  return [...heads.values()];
}

/** |Direct effect| of knockouts of one head if its weights had met other keys' values. */
function permuted({ layers }: Query, edges: readonly EdgeReceipt[], random: () => number): number[] {
  const { weights, values, headDim, worth, first } = layers[edges[0].layer];
  const { head } = edges[0];
  const order = shuffle(Array.from(weights[head].keys()), random);
  const own = worth.subarray(head * headDim, (head + 1) * headDim);
  const valueWorth = order.map((from) => dot(own, values[head], from * headDim));
  const output = weights[head].reduce((sum, weight, key) => sum + weight * valueWorth[key], 0);
  return edges.map(({ key }) => {
    const a = weights[head][key - first];
    return Math.abs((a / Math.max(1e-9, 1 - a)) * (output - valueWorth[key - first]));
  });
}
