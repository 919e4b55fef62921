/** How many word problems does it solve, at once and step by step, with numbers and names that it never saw? */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { finalAnswer } from '../../src/reasoning/import/answer';
import { generateProblems } from '../../src/reasoning/problems/problems';
import { shareInterval } from '../../src/shared/statistics';
import type { Reasoner } from '../../src/reasoning/solve/reasoner';
import { solve } from '../../src/reasoning/solve/solve';

const PROBLEMS = 200;
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

type Templates = 'known' | 'never seen' | 'never seen, others';

/** Which of them, and up to how many steps. */
const ASKED: [templates: Templates, unseen: boolean | 'more', steps: number][] = [
  ['known', false, 8],
  ['never seen', true, 3],
  ['never seen, others', 'more', 3],
];

export interface ReasoningRow {
  templates: Templates;
  steps: number;
  direct: Accuracy;
  withSteps: Accuracy;
}

/** 1 to 8 steps on scenes it was trained on, 1 to 3 on scenes it was not; half English, half Chinese. */
export async function reasoningCurve(reasoner: Reasoner, onRow: (row: ReasoningRow) => void): Promise<ReasoningRow[]> {
  const rows: ReasoningRow[] = [];
  for (const [templates, unseen, most] of ASKED) {
    for (let steps = 1; steps <= most; steps++) {
      const questions = generateProblems({ seed: SEED + steps, count: PROBLEMS, steps, unseen });
      const direct = await accuracy(reasoner, questions, false);
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
