/** One layer's router in numbers: how sure it was, how even the load is, which experts go together, what each likes. */
import type { ExpertReport, TokenClass } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import type { Trace } from '../trace/trace';
import { chosenBy } from '../model/route';
import { tokenClass } from './tokenClass';

/** Fewer tokens say nothing about what an expert likes, or which experts go together. */
const FEWEST_TOKENS = 4;
const MOST_PAIRS = 20;

/** `texts`: each token's own characters. Throws Problem internal for a layer without experts. */
export function expertReport(trace: Trace, layer: number, texts: readonly string[]): ExpertReport {
  const { router } = trace.layer(layer);
  if (!router) throw new Problem('internal', `Layer ${layer} has no experts.`);
  const { experts, expertsUsed: topK } = trace.config.shapes[layer].feedForward;
  const tokens = trace.ids.length;
  const scores = router.probabilities.f32;
  const choice = chosenBy(router).f32;
  const ids = router.ids.i32.subarray(0, tokens * topK);
  const margin = new Float32Array(tokens);
  const runnerUp = new Uint16Array(tokens);
  const entropy = new Float32Array(tokens);
  for (let token = 0; token < tokens; token++) {
    const row = choice.subarray(token * experts, (token + 1) * experts);
    const chosen = ids.subarray(token * topK, (token + 1) * topK);
    const other = best(row, chosen);
    const last = chosen.reduce((least, id) => Math.min(least, row[id]), Infinity);
    // Where every expert that may be taken is, there is no runner-up; the margin is then the last one's own number.
    margin[token] = last - (other < 0 ? 0 : row[other]);
    runnerUp[token] = Math.max(0, other);
    entropy[token] = entropyOf(scores.subarray(token * experts, (token + 1) * experts));
  }
  const load = new Uint32Array(experts);
  for (const id of ids) load[id]++;
  const imbalance = Math.max(...load) / ((tokens * topK) / experts);
  return {
    layer,
    experts,
    topK,
    margin,
    runnerUp,
    entropy,
    load,
    imbalance,
    together: together(ids, topK, load, tokens),
    likes: likes(ids, topK, load, texts),
  };
}

/** In bits, of numbers that are made to sum to 1, as a softmax's do. */
function entropyOf(scores: Float32Array): number {
  const sum = scores.reduce((all, score) => all + score, 0);
  return scores.reduce((bits, score) => (score > 0 ? bits - (score / sum) * Math.log2(score / sum) : bits), 0);
}

/** The first expert that was not chosen; −1 where all were that are in a group of the choice. Ties go to the lower id. */
function best(row: Float32Array, chosen: Int32Array): number {
  let at = -1;
  row.forEach((p, id) => {
    if (!chosen.includes(id) && p > (at < 0 ? -Infinity : row[at])) at = id;
  });
  return at;
}

/** Pairs by how much more often they are taken together than if each were taken on its own account. */
function together(ids: Int32Array, topK: number, load: Uint32Array, tokens: number): ExpertReport['together'] {
  const counts = new Map<number, number>();
  for (let token = 0; token < tokens; token++) {
    const chosen = [...ids.subarray(token * topK, (token + 1) * topK)].sort((a, b) => a - b);
    chosen.forEach((a, i) =>
      chosen.slice(i + 1).forEach((b) => {
        const pair = a * load.length + b;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }),
    );
  }
  return [...counts]
    .map(([pair, count]) => {
      const [a, b] = [Math.floor(pair / load.length), pair % load.length];
      return { a, b, tokens: count, lift: count / ((load[a] * load[b]) / tokens) };
    })
    .filter((pair) => pair.tokens >= FEWEST_TOKENS)
    .sort((one, other) => other.tokens - one.tokens || other.lift - one.lift || one.a - other.a || one.b - other.b)
    .slice(0, MOST_PAIRS);
}

/** For each expert the class with the largest excess of its share over the class's share of the text. */
function likes(ids: Int32Array, topK: number, load: Uint32Array, texts: readonly string[]): ExpertReport['likes'] {
  const classes = texts.map(tokenClass);
  const overall = countsOf(classes);
  const taken: TokenClass[][] = Array.from(load, () => []);
  ids.forEach((id, i) => taken[id].push(classes[Math.floor(i / topK)]));
  return taken
    .flatMap((own, expert) => {
      if (own.length < FEWEST_TOKENS) return [];
      const rated = [...countsOf(own)].map(([kind, count]) => {
        return { tokenClass: kind, share: count / own.length, chance: overall.get(kind)! / classes.length };
      });
      rated.sort((a, b) => b.share - b.chance - (a.share - a.chance));
      return { expert, tokens: own.length, ...rated[0] };
    })
    .sort((a, b) => b.tokens - a.tokens || a.expert - b.expert);
}

function countsOf(classes: readonly TokenClass[]): Map<TokenClass, number> {
  const counts = new Map<TokenClass, number>();
  for (const kind of classes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
