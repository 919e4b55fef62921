/** How many word problems does it solve, at once and step by step, with numbers and names that it never saw? */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { finalAnswer } from '../../src/reasoning/import/answer';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { unreadProblems } from './unreadScenes';
import { shareInterval } from '../../src/shared/statistics';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { solve } from '../../src/reasoning/solve/solve';

/** Of a row: at once, and step by step. */
const PROBLEMS = 200;
/** Of a row that a goal speaks of, step by step. */
const MANY = 1000;
const SEED = 20_000;
const GSM8K_PROBLEMS = 200;

export interface Accuracy {
  right: number;
  of: number;
  /** Wilson, 95 %. */
  interval: [number, number];
}

interface Question {
  question: string;
  answer: string;
}

async function accuracy(reasoner: Reasoner, questions: readonly Question[], withSteps: boolean): Promise<Accuracy> {
  let right = 0;
  for (const { question, answer } of questions) {
    if ((await solve(reasoner, question, { withSteps })).answer === answer) right++;
  }
  return { right, of: questions.length, interval: shareInterval(right / questions.length, questions.length) };
}

type Templates = 'known' | 'never seen' | 'never seen, others' | 'never seen, third set';
type Drawn = (options: { seed: number; count: number; steps: number }) => Question[];

const generated =
  (unseen: boolean | 'more'): Drawn =>
  (options) =>
    generateProblems({ ...options, unseen });

/** Which of them, up to how many steps, and for which numbers of steps many. */
const ASKED: [templates: Templates, draw: Drawn, steps: number, many: number[]][] = [
  ['known', generated(false), 8, [2, 3, 8]],
  ['never seen', generated(true), 3, []],
  ['never seen, others', generated('more'), 3, [1, 2, 3]],
  ['never seen, third set', unreadProblems, 3, [1, 2, 3]],
];

export interface ReasoningRow {
  templates: Templates;
  steps: number;
  direct: Accuracy;
  withSteps: Accuracy;
}

/**
 * 1 to 8 steps on scenes it was trained on, 1 to 3 on scenes it was not; half English, half Chinese. Each number of steps has its seed; the
 * problems at once are the first of those step by step.
 */
export async function reasoningCurve(reasoner: Reasoner, onRow: (row: ReasoningRow) => void): Promise<ReasoningRow[]> {
  const rows: ReasoningRow[] = [];
  for (const [templates, draw, most, many] of ASKED) {
    for (let steps = 1; steps <= most; steps++) {
      const questions = draw({ seed: SEED + steps, count: many.includes(steps) ? MANY : PROBLEMS, steps });
      const direct = await accuracy(reasoner, questions.slice(0, PROBLEMS), false);
      const row = { templates, steps, direct, withSteps: await accuracy(reasoner, questions, true) };
      rows.push(row);
      onRow(row);
    }
  }
  return rows;
}

/** The first problems of GSM8K's test split, whatever comes out; nothing where the data is not there. */
export async function gsm8k(reasoner: Reasoner): Promise<Accuracy | undefined> {
  const file = path.join(process.env.ATTENTION_DATA ?? '', 'gsm8k', 'test.jsonl.gz');
  if (!existsSync(file)) return undefined;
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const questions = lines.slice(0, GSM8K_PROBLEMS).map((line) => {
    const { question, answer } = JSON.parse(line) as Question;
    return { question, answer: finalAnswer(answer)! };
  });
  return accuracy(reasoner, questions, true);
}
