/**
 * Do the three measures of a step's worth agree? On generated problems: attention received (mean over all heads, from all
 * later steps), cut (KL of what follows), resampling (KL of the answers). Spearman's rank correlation of each pair, averaged
 * over the problems in which both measures vary, and the time of one resampling run. Run by stepWorth.mjs.
 */
import { parseArgs } from 'node:util';
import { segment } from '../src/reasoning/import/segment';
import { generateProblems } from '../src/reasoning/problems/problems';
import { read } from '../src/reasoning/reading/read';
import { STEPS } from '../src/reasoning/reading/segments';
import { loadReasoner } from '../src/reasoning/solve/load.node';
import type { Reasoner } from '../src/reasoning/solve/reasoner';
import { solve } from '../src/reasoning/solve/solve';
import { cutSteps } from '../src/reasoning/ablation/cut';
import { resample } from '../src/reasoning/ablation/resample';
import { tokenized } from '../src/reasoning/ablation/tokenizedSolution';
import { mean, spearman } from '../src/shared/statistics';

const quiet = async (): Promise<void> => {};

const PAIRS = ['attention, cut', 'attention, resampling', 'cut, resampling'] as const;

interface Measured {
  /** Place of the problem among those generated. */
  problem: number;
  right: boolean;
  /** [steps but the last]: each measure of their worth. */
  received: number[];
  cut: number[];
  resampled: number[];
  /** [steps but the last]: one resampling run each. */
  runs: { wallMs: number; cpuMs: number }[];
}

export async function main(model: string): Promise<object> {
  const { values } = parseArgs({
    options: {
      problems: { type: 'string', default: '20' },
      samples: { type: 'string', default: '10' },
      steps: { type: 'string', default: '6' },
    },
  });
  const [count, samples, steps] = [values.problems, values.samples, values.steps].map(Number);
  const reasoner = await loadReasoner(model);
  const measured: Measured[] = [];
  const started = performance.now();
  for (const [problem, { question, answer }] of generateProblems({ seed: 1, count, steps }).entries()) {
    const one = await measure(reasoner, question, answer, samples);
    if (one) measured.push({ problem, ...one });
    const minutes = (performance.now() - started) / 60_000;
    const left = (minutes / (problem + 1)) * (count - problem - 1);
    console.error(
      `problem ${problem + 1} of ${count}${one ? '' : ' (too few steps: left out)'}: ${minutes.toFixed(1)} min, about ${left.toFixed(0)} min left`,
    );
  }
  const correlations = PAIRS.map((pair, i) => {
    const rhos = measured
      .map(
        ({ received, cut, resampled }) =>
          [spearman(received, cut), spearman(received, resampled), spearman(cut, resampled)][i],
      )
      .filter((rho) => !Number.isNaN(rho));
    const spread = Math.sqrt(mean(rhos.map((rho) => (rho - mean(rhos)) ** 2)) / Math.max(1, rhos.length - 1));
    return { pair, mean: round(mean(rhos)), standardError: round(spread), problems: rhos.length };
  });
  const runs = measured.flatMap((one) => one.runs);
  const summary = {
    model: reasoner.model.card.name,
    problems: count,
    steps,
    samplesPerSide: samples,
    solvedRight: measured.filter(({ right }) => right).length,
    correlations,
    resamplingRun: { wallMs: middle(runs.map(({ wallMs }) => wallMs)), cpuMs: middle(runs.map(({ cpuMs }) => cpuMs)) },
  };
  console.log(`${summary.model}: ${count} problems of ${steps} steps, ${samples} samples a side`);
  console.log('| measures | mean rank correlation | standard error | problems |\n|---|---|---|---|');
  for (const { pair, mean: rho, standardError, problems } of correlations)
    console.log(`| ${pair} | ${rho} | ${standardError} | ${problems} |`);
  const { wallMs, cpuMs } = summary.resamplingRun;
  console.log(`one resampling run (2 × ${samples} samples), median: ${wallMs} ms, ${cpuMs} ms of the processor`);
  return { ...summary, measured };
}

/** null where there are too few steps to rank. */
async function measure(
  reasoner: Reasoner,
  question: string,
  answer: string,
  samples: number,
): Promise<Omit<Measured, 'problem'> | null> {
  const { text, ids, answer: given } = await solve(reasoner, question, { withSteps: true });
  const ranges = segment(text, { start: 0, end: text.length }, 'lines');
  // The last step has nothing after it to be worth anything to.
  const ranked = ranges.length - 1;
  if (ranked < 3) return null;
  const written = { question, text, textStart: 0, steps: ranges, ids };
  const { attention } = (await read(reasoner, { ...written, view: 0 }, quiet)).reading;
  const solution = tokenized(reasoner, written);
  const all = [...Array(ranked).keys()];
  const received = all.map((step) => {
    const later = ranges.map((_, i) => i).filter((i) => i > step);
    return mean(later.map((i) => attention[i * (STEPS + ranges.length) + STEPS + step]));
  });
  const cuts = await cutSteps(reasoner, solution, { steps: all, answer, onCut: quiet });
  const cut = cuts.map(({ kl }) => mean([...kl].filter((bits) => !Number.isNaN(bits))));
  const resampled: number[] = [];
  const runs: Measured['runs'] = [];
  for (const step of all) {
    const [wall, cpu] = [performance.now(), process.cpuUsage()];
    resampled.push((await resample(reasoner, solution, { step, count: samples, seed: 1, answer, onSample: quiet })).kl);
    const { user, system } = process.cpuUsage(cpu);
    runs.push({ wallMs: Math.round(performance.now() - wall), cpuMs: Math.round((user + system) / 1000) });
  }
  return { right: given === answer, received, cut, resampled, runs };
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
const round = (value: number): number => Math.round(value * 1000) / 1000;
