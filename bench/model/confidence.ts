/**
 * Does the reasoner know what it cannot? Ordinary school problems (bench/problems) and generated ones, step by step: right or
 * wrong against the probability that the model gave to what it wrote. Area under the ROC curve, risk and coverage, and a
 * threshold fitted on other problems than those that it is judged on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { forward } from '../../src/engine/model/forward';
import { logProbabilities } from '../../src/engine/model/logits';
import { Trace } from '../../src/engine/trace/trace';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { loadReasoner } from '../../src/reasoning/solve/load.node';
import { buildPrompt } from '../../src/reasoning/solve/prompt';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { solve } from '../../src/reasoning/solve/solve';
import { shareInterval } from '../../src/shared/statistics';

const RESULTS = 'bench/results/confidence.json';
/** Generated problems of each set, half of each language; the threshold is fitted on those with the first seed. */
const GENERATED = 60;
const SEED = { fitted: 8001, judged: 8002 };
/** Of what the model says it knows, at most this share may be wrong where the threshold is fitted. */
const RISK = 0.05;

interface Asked {
  question: string;
  answer: string;
}

interface Outcome {
  right: boolean;
  /** Mean log-probability of a written token, in nats. */
  confidence: number;
}

export async function measureConfidence(model: string, sha256: string): Promise<void> {
  const reasoner = await loadReasoner(model);
  const ask = async (problems: readonly Asked[]): Promise<Outcome[]> => {
    const out: Outcome[] = [];
    for (const each of problems) out.push(await outcome(reasoner, each));
    return out;
  };
  const mixed = (seed: number): Asked[] =>
    ([false, true, 'more'] as const).flatMap((unseen, set) =>
      [1, 2, 3].flatMap((steps) =>
        generateProblems({ seed: seed * 100 + 10 * set + steps, count: GENERATED / 3, steps, unseen }),
      ),
    );
  const fitted = await ask(mixed(SEED.fitted));
  const least = threshold(fitted);
  const sets: Record<string, Asked[]> = {
    'school, English': school('en'),
    'school, Chinese': school('zh'),
    'generated, known and never seen': mixed(SEED.judged),
  };
  const rows: Record<string, object> = {};
  for (const [name, problems] of Object.entries(sets)) {
    const outcomes = await ask(problems);
    rows[name] = summary(outcomes, least);
    console.log(name, rows[name]);
  }
  writeFileSync(RESULTS, `${JSON.stringify({ sha256, threshold: least, risk: RISK, rows }, null, 1)}\n`);
}

export function school(language: 'en' | 'zh'): Asked[] {
  const lines = readFileSync(`bench/problems/school.${language}.txt`, 'utf8').split('\n');
  return lines
    .filter((line) => line && !line.startsWith(';'))
    .map((line) => {
      const [question, answer] = line.split(' | ');
      return { question, answer };
    });
}

async function outcome(reasoner: Reasoner, { question, answer }: Asked): Promise<Outcome> {
  const solution = await solve(reasoner, question, { withSteps: true });
  const prompt = reasoner.encodePrompt(buildPrompt(reasoner.style, question, true)).map(({ id }) => id);
  const ids = [...prompt, ...solution.ids];
  const trace = new Trace(reasoner.model.config, reasoner.model.kernel, ids.length);
  try {
    await forward(reasoner.model, trace, ids);
    const own = (await logProbabilities(reasoner.model, trace)).subarray(-Math.max(1, solution.ids.length));
    return { right: solution.answer === answer, confidence: own.reduce((sum, each) => sum + each, 0) / own.length };
  } finally {
    trace.release();
  }
}

/** The least confidence from which on at most RISK are wrong; infinite where no confidence is enough. */
export function threshold(outcomes: readonly Outcome[]): number {
  const sorted = [...outcomes].sort((a, b) => b.confidence - a.confidence);
  let [wrong, least] = [0, Infinity];
  sorted.forEach(({ right, confidence }, at) => {
    if (!right) wrong++;
    if (wrong / (at + 1) <= RISK) least = confidence;
  });
  return least;
}

/** How likely a right one is more confident than a wrong one; ties count half. NaN where all are right or all wrong. */
export function auroc(outcomes: readonly Outcome[]): number {
  const [right, wrong] = [outcomes.filter(({ right }) => right), outcomes.filter(({ right }) => !right)];
  let above = 0;
  for (const a of right)
    for (const b of wrong) above += a.confidence > b.confidence ? 1 : a.confidence === b.confidence ? 0.5 : 0;
  return above / (right.length * wrong.length);
}

function summary(outcomes: readonly Outcome[], least: number): object {
  const sorted = [...outcomes].sort((a, b) => b.confidence - a.confidence);
  const answered = outcomes.filter(({ confidence }) => confidence >= least);
  const rightOf = (some: readonly Outcome[]): number => some.filter(({ right }) => right).length;
  const share = (some: readonly Outcome[]): object => ({
    right: rightOf(some),
    of: some.length,
    interval: some.length > 0 ? shareInterval(rightOf(some) / some.length, some.length) : null,
  });
  return {
    all: share(outcomes),
    auroc: auroc(outcomes),
    answered: share(answered),
    // Of the most confident fifth, two fifths …, the share that is wrong.
    riskAtCoverage: [0.2, 0.4, 0.6, 0.8, 1].map((coverage) => {
      const some = sorted.slice(0, Math.max(1, Math.round(coverage * sorted.length)));
      return { coverage, risk: 1 - rightOf(some) / some.length };
    }),
  };
}
