/**
 * Do the three measures of a step's worth agree? On generated problems of 8 steps: attention received (mean over all heads,
 * from all later steps), cut (KL of what follows), resampling (KL of the answers). Prints Spearman's rank correlation of
 * each pair, averaged over the problems, and the time of one resampling run.
 *   node bench/stepWorth.mjs [--problems 20] [--samples 10] [--steps 6]
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { segment } from '../src/reasoning/import/segment';
import { generateProblems } from '../src/reasoning/problems/problems';
import { read } from '../src/reasoning/reading/read';
import { STEPS } from '../src/reasoning/reading/segments';
import { loadReasoner } from '../src/reasoning/solve/load.node';
import { solve } from '../src/reasoning/solve/solve';
import { cutSteps } from '../src/reasoning/worth/cut';
import { resample } from '../src/reasoning/worth/resample';
import { tokenized } from '../src/reasoning/worth/written';

const quiet = async (): Promise<void> => {};

export async function main(model: string): Promise<void> {
  const { values } = parseArgs({
    options: {
      problems: { type: 'string', default: '20' },
      samples: { type: 'string', default: '10' },
      steps: { type: 'string', default: '6' },
    },
  });
  const [count, samples, steps] = [values.problems, values.samples, values.steps].map(Number);
  const reasoner = await loadReasoner(model);
  const pairs = { 'attention, cut': [], 'attention, resampling': [], 'cut, resampling': [] } as Record<
    string,
    number[]
  >;
  const times: number[] = [];
  for (const { question, answer } of generateProblems({ seed: 1, count, steps })) {
    const { text, ids } = await solve(reasoner, question, { withSteps: true });
    const ranges = segment(text, { start: 0, end: text.length }, 'lines');
    // The last step has nothing after it to be worth anything to.
    const measured = ranges.length - 1;
    if (measured < 3) continue;
    const written = { question, text, textStart: 0, steps: ranges, ids };
    const { attention } = (await read(reasoner, { ...written, view: 0 }, quiet)).reading;
    const solution = tokenized(reasoner, written);
    const all = [...Array(measured).keys()];
    const received = all.map((step) => {
      const later = ranges.map((_, i) => i).filter((i) => i > step);
      return later.reduce((sum, i) => sum + attention[i * (STEPS + ranges.length) + STEPS + step], 0) / later.length;
    });
    const cuts = await cutSteps(reasoner, solution, { steps: all, answer, onCut: quiet });
    const cut = cuts.map(({ kl }) => mean([...kl].filter((bits) => !Number.isNaN(bits))));
    const anew: number[] = [];
    for (const step of all) {
      const started = performance.now();
      anew.push((await resample(reasoner, solution, { step, count: samples, seed: 1, answer, onSample: quiet })).kl);
      times.push(performance.now() - started);
    }
    const add = (name: string, rho: number): void => void (Number.isNaN(rho) || pairs[name].push(rho));
    add('attention, cut', spearman(received, cut));
    add('attention, resampling', spearman(received, anew));
    add('cut, resampling', spearman(cut, anew));
  }
  console.log(
    `${reasoner.model.card.name}, ${cpus()[0].model}, ${count} problems of ${steps} steps, ${samples} samples a side`,
  );
  console.log('| measures | mean rank correlation | problems |\n|---|---|---|');
  for (const [name, rhos] of Object.entries(pairs))
    console.log(`| ${name} | ${mean(rhos).toFixed(2)} | ${rhos.length} |`);
  times.sort((a, b) => a - b);
  console.log(`one resampling run (2 × ${samples} samples): median ${(times[times.length >> 1] / 1000).toFixed(2)} s`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Pearson's correlation of the ranks, ties sharing theirs; NaN where one side does not vary. */
function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const [mx, my] = [mean(x), mean(y)];
  const dot = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, value, i) => sum + value * q[i], 0);
  const [dx, dy] = [x.map((value) => value - mx), y.map((value) => value - my)];
  return dot(dx, dy) / Math.sqrt(dot(dx, dx) * dot(dy, dy));
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal - 1) / 2;
  });
}
