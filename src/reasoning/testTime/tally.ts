/** What many solutions come to: the vote, the likeliest, the chance that one of k is right, and curves against tokens. */
import { mean, shareInterval } from '../../shared/statistics';
import type { ProblemRow, Refined, Sampled, SolvingWay, TokenCurve } from '../../protocol/testTime';

/** Tokens of the first `count` samples. */
export const tokensOfSamples = (samples: readonly Sampled[], count: number): number =>
  samples.slice(0, count).reduce((sum, { tokens }) => sum + tokens, 0);

/** The answer that most of the first `count` samples give (Wang et al. 2022, self-consistency); a tie goes to the earlier. */
export function majority(samples: readonly Sampled[], count: number): Sampled {
  const votes = new Map<string, number>();
  const cast = samples.slice(0, count);
  for (const { answer } of cast) if (answer !== null) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  const most = Math.max(0, ...votes.values());
  return cast.find(({ answer }) => answer !== null && votes.get(answer) === most) ?? cast[0];
}

/** The one that the model itself holds for likeliest, by token: long solutions are not punished for their length. */
export function bestByProbability(samples: readonly Sampled[], count: number): Sampled {
  const perToken = ({ logProbability, tokens }: Sampled): number => logProbability / Math.max(1, tokens);
  return samples.slice(0, count).reduce((best, sample) => (perToken(sample) > perToken(best) ? sample : best));
}

/** Chance that one of k drawn from these n is right, unbiased: 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, eq. 1). */
export function passAt(samples: readonly Sampled[], k: number): number {
  const n = samples.length;
  const wrong = samples.filter(({ right }) => !right).length;
  let none = 1;
  for (let i = 0; i < k; i++) none *= Math.max(0, wrong - i) / (n - i);
  return 1 - none;
}

/** As many samples as verify and refine paid for, at least one. */
export function votesFor({ samples, refined }: ProblemRow): number {
  let [votes, tokens] = [1, samples[0].tokens];
  while (votes < samples.length && tokens < refined.tokens) tokens += samples[votes++].tokens;
  return votes;
}

/** Right answers against tokens, over all problems: by number of samples, and by number of new beginnings. */
export function curvesOf(rows: readonly ProblemRow[]): TokenCurve[] {
  const counts = rows[0].samples.map((_, at) => at + 1);
  const ofSamples = (name: TokenCurve['name'], right: (row: ProblemRow, count: number) => number): TokenCurve => ({
    name,
    tokens: counts.map((count) => mean(rows.map(({ samples }) => tokensOfSamples(samples, count)))),
    right: counts.map((count) => mean(rows.map((row) => right(row, count)))),
  });
  const ofTrails = (name: 'refined' | 'random', trail: (row: ProblemRow) => Refined['trail']): TokenCurve => {
    const longest = Math.max(...rows.map((row) => trail(row).length));
    const at = (begun: number): ProblemRow['refined']['trail'] =>
      rows.map((row) => trail(row)[Math.min(begun, trail(row).length - 1)]);
    const points = Array.from({ length: longest }, (_, begun) => at(begun));
    return {
      name,
      tokens: points.map((all) => mean(all.map(({ tokens }) => tokens))),
      right: points.map((all) => mean(all.map(({ right }) => Number(right)))),
    };
  };
  return [
    ofSamples('vote', ({ samples }, count) => Number(majority(samples, count).right)),
    ofTrails('refined', ({ refined }) => refined.trail),
    ofTrails('random', ({ random }) => random.trail),
    ofSamples('ceiling', ({ samples }, count) => passAt(samples, count)),
  ];
}

export function waysOf(rows: readonly ProblemRow[]): SolvingWay[] {
  const all = rows[0].samples.length;
  const way = (name: SolvingWay['name'], of: (row: ProblemRow) => { right: boolean; tokens: number }): SolvingWay => {
    const each = rows.map(of);
    const right = mean(each.map((one) => Number(one.right)));
    const [low, high] = shareInterval(right, rows.length);
    return { name, right, low, high, tokens: mean(each.map(({ tokens }) => tokens)) };
  };
  const paidFor = (chosen: Sampled, { samples }: ProblemRow): { right: boolean; tokens: number } => ({
    right: chosen.right,
    tokens: tokensOfSamples(samples, all),
  });
  return [
    way('greedy', ({ greedy }) => greedy),
    way('vote', (row) => paidFor(majority(row.samples, all), row)),
    way('likeliest', (row) => paidFor(bestByProbability(row.samples, all), row)),
    way('refined', ({ refined }) => refined),
    way('random', ({ random }) => random),
    way('calculator', ({ calculator }) => calculator),
  ];
}
