/**
 * Does the reasoner know what it cannot? Ordinary school problems and scenes that it never saw (bench/problems), and generated ones, step
 * by step: right or wrong against the chance that a calibrator gives to what it wrote. The calibrator is fitted on other problems
 * than those that it is judged on; its weights are what the panel computes with (src/reasoning/solve/calibrated.json).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Language } from '../../src/protocol/reasoning';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { chanceOf, traitsOf } from '../../src/reasoning/solve/confidence';
import { loadReasoner } from '../../src/reasoning/solve/load.node';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { solve } from '../../src/reasoning/solve/solve';
import { mean, shareInterval, type Interval } from '../../src/shared/statistics';
import { areaOf, fitted, type Outcome } from './calibrator';
import { table, writeSection } from './report';
import { unreadProblems } from './unreadScenes';

const RESULTS = 'bench/results/confidence.json';
const CALIBRATED = 'src/reasoning/solve/calibrated.json';
const SEED = { fitted: 8001, judged: 8002 };
/** Generated problems of one kind, set and number of steps. */
const [GENERATED, UNREAD] = [40, 100];
/** From this chance on a problem counts as one that it knows. */
const KNOWN = 0.5;

interface Asked {
  question: string;
  answer: string;
}

export interface Judged extends Outcome {
  chance: number;
}

export async function measureConfidence(model: string, sha256: string): Promise<void> {
  const reasoner = await loadReasoner(model);
  const generated = (seed: number): Asked[] =>
    ([false, true, 'more'] as const).flatMap((unseen, set) =>
      [1, 2, 3].flatMap((steps) =>
        generateProblems({ seed: seed * 100 + 10 * set + steps, count: GENERATED, steps, unseen }),
      ),
    );
  const unread = (steps: number): Asked[] => unreadProblems({ seed: SEED.judged * 100 + steps, count: UNREAD, steps });
  const others = await asked(reasoner, [...authorProblems('en'), ...authorProblems('zh'), ...generated(SEED.fitted)]);
  const calibration = fitted(others);
  const sets: Record<string, Asked[]> = {
    'school, English': schoolProblems('en'),
    'school, Chinese': schoolProblems('zh'),
    'third set of scenes, 1 to 3 steps': [1, 2, 3].flatMap(unread),
    'generated, known and never seen': generated(SEED.judged),
  };
  const rows: Record<string, Row> = {};
  const all: Judged[] = [];
  for (const [name, problems] of Object.entries(sets)) {
    const judged = (await asked(reasoner, problems)).map((one) => ({
      ...one,
      chance: chanceOf(one.traits, calibration),
    }));
    all.push(...judged);
    rows[name] = summary(judged);
    console.log(name, rows[name]);
  }
  const { right, of } = shareOf(all.filter(({ chance }) => chance < KNOWN));
  const fittedOn = { problems: others.length, right: shareOf(others).right };
  writeFileSync(RESULTS, `${JSON.stringify({ sha256, fittedOn, rows }, null, 1)}\n`);
  writeFileSync(
    CALIBRATED,
    `${JSON.stringify({ model: sha256, known: KNOWN, unsure: { right, of }, ...calibration }, null, 2)}\n`,
  );
  writeSection('confidence', 'node bench/confidence.mjs', reportOf(rows));
}

/** Written by the author of the scenes: what the calibrator is fitted on. */
export const authorProblems = (language: Language): Asked[] =>
  readFileSync(`bench/problems/author.${language}.txt`, 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith(';'))
    .map((line) => {
      const [question, answer] = line.split(' | ');
      return { question, answer };
    });

/** Written by hand by somebody who had not read the generator: what it is judged on. */
export const schoolProblems = (language: Language): Asked[] =>
  (
    JSON.parse(readFileSync(`bench/problems/school.${language}.json`, 'utf8')) as { question: string; answer: number }[]
  ).map(({ question, answer }) => ({ question, answer: String(answer) }));

async function asked(reasoner: Reasoner, problems: readonly Asked[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { question, answer } of problems) {
    const solution = await solve(reasoner, question, { withSteps: true });
    outcomes.push({ right: solution.answer === answer, traits: await traitsOf(reasoner, question, solution) });
  }
  return outcomes;
}

interface Share {
  right: number;
  of: number;
  /** Wilson, 95 %; null of nothing. */
  interval: [number, number] | null;
}

export interface Row {
  all: Share;
  /** Null where too few are right, or wrong, to say. */
  auroc: number | null;
  /** 95 %, by drawing the problems. */
  aurocInterval: Interval | null;
  /** What the calibrator expects of all: the mean chance. */
  expected: number;
  known: Share;
  /** Of the surest fifth, two fifths …, the share that is wrong. */
  riskAtCoverage: { coverage: number; risk: number }[];
}

function shareOf(some: readonly Outcome[]): Share {
  const right = some.filter((one) => one.right).length;
  return { right, of: some.length, interval: some.length > 0 ? shareInterval(right / some.length, some.length) : null };
}

export function summary(judged: readonly Judged[]): Row {
  const area = areaOf(judged);
  const sorted = [...judged].sort((a, b) => b.chance - a.chance);
  return {
    all: shareOf(judged),
    auroc: area && area.auroc,
    aurocInterval: area && area.interval,
    expected: mean(judged.map(({ chance }) => chance)),
    known: shareOf(judged.filter(({ chance }) => chance >= KNOWN)),
    riskAtCoverage: [0.2, 0.4, 0.6, 0.8, 1].map((coverage) => {
      const { right, of } = shareOf(sorted.slice(0, Math.max(1, Math.round(coverage * sorted.length))));
      return { coverage, risk: 1 - right / of };
    }),
  };
}

/** The table, as it stands in training/README.md. */
export function reportOf(rows: Record<string, Row>): string {
  const percent = (share: number): string => (100 * share).toFixed(0);
  const said = ({ right, of, interval }: Share): string =>
    `${right} of ${of}${interval ? ` (${interval.map(percent).join('–')} %)` : ''}`;
  const head = [
    'problems',
    'right',
    'expected',
    'AUROC (95 %)',
    'held for known: right',
    'wrong of the surest 20, 40, 60, 80 %',
  ];
  return table([
    head,
    ...Object.entries(rows).map(([name, { all, expected, auroc, aurocInterval, known, riskAtCoverage }]) => [
      name,
      said(all),
      `${percent(expected)} %`,
      auroc === null
        ? 'too few to say'
        : `${auroc.toFixed(2)}${aurocInterval ? ` (${aurocInterval.map((bound) => bound.toFixed(2)).join('–')})` : ''}`,
      said(known),
      `${riskAtCoverage
        .slice(0, -1)
        .map(({ risk }) => percent(risk))
        .join(', ')} %`,
    ]),
  ]);
}
