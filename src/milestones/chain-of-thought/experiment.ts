/**
 * Chain of thought, 2022. The bundled model answers fresh word problems at once and step by step, by number of steps; then
 * with a step of its own solution changed (corrupt.ts); then with 0, 1 and 4 worked examples in the prompt, in the form it
 * was trained on and in the paper's, which it was not.
 */
import { seededRandom } from '../../shared/random';
import type { Card } from '../../protocol/milestones';
import type { WordProblem } from '../../protocol/reasoning';
import { generateProblems } from '../../reasoning/problems/problems';
import { Decoder } from '../../reasoning/solve/decoder';
import { Reasoner } from '../../reasoning/solve/reasoner';
import { cardRows, type Experiment } from '../experiment';
import { mean, pairedInterval, shareInterval } from '../../shared/statistics';
import { corrupt } from './corrupt';
import { controls, type LengthRow, type Options, type PromptRow, type Result, type Sample } from './options';
import { ask, promptText, type Answered, type Asking } from './prompts';
import { trial } from './trial';

const EXAMPLES = [0, 1, 4];
/** Steps of a solution in which one is changed. */
const LEAST_STEPS = 4;
/** Lengths that most problems of GSM8K have. */
const PROMPTED_STEPS = [2, 3, 4];
/** Tokens of four worked examples of four steps, a problem and its solution, with room to spare. */
const CAPACITY = 1536;
const [DIRECT, WORKED]: Asking[] = [
  { form: 'trained', worked: false },
  { form: 'trained', worked: true },
];

export const chainOfThought: Experiment<Options, Result> = {
  id: 'chain-of-thought',
  controls,
  trial,
  needs: { models: ['reasoner'] },
  async run(options, seed, report, _signal, inputs) {
    const model = await inputs.model('reasoner');
    // The prompts are those of training, whatever the file says of itself.
    const reasoner = new Reasoner(model, new Map([['tokenizer.ggml.eos_token_id', model.tokenizer.eosId ?? -1]]));
    const decoder = new Decoder(model, CAPACITY);
    const result: Result = { lengths: [], prompts: [], corrupted: { wrong: [], strange: [] }, sample: null };
    const asked = options.problems * options.mostSteps * 2;
    const all = asked + options.prompted * promptRows().length;
    let done = 0;
    const put = async (asking: Asking, examples: readonly WordProblem[], problem: WordProblem): Promise<Answered> => {
      const pause = (): Promise<void> => report(done / all, { text: 'Problem {0} of {1}', args: [done + 1, all] });
      const prompt = promptText(asking, examples, problem.question);
      const answered = await ask(reasoner, decoder, asking, prompt, pause);
      done++;
      return answered;
    };
    const show = (): Promise<void> =>
      report(done / all, { text: 'Problem {0} of {1}', args: [done, all] }, structuredClone(result));
    try {
      const random = seededRandom(seed * 1000 + 98);
      await byLength(options, seed, result, put, async (problem, text) => {
        if (text !== null && result.corrupted.wrong.length < options.corrupted && problem.steps.length >= LEAST_STEPS) {
          const prompt = promptText(WORKED, [], problem.question);
          const carried = await corrupt(reasoner, decoder, prompt, text, 1 + Math.floor(random() * 9));
          if (carried) {
            result.corrupted.wrong.push(carried.wrong);
            result.corrupted.strange.push(carried.strange);
          }
        }
        await show();
      });
      await byExamples(options, seed, result, put, show);
    } finally {
      decoder.release();
    }
    return { result };
  },
  card,
};

type Put = (asking: Asking, examples: readonly WordProblem[], problem: WordProblem) => Promise<Answered>;

/** All lengths in turn, so that the picture is whole early. */
async function byLength(
  { problems, mostSteps, scenes, language }: Options,
  seed: number,
  result: Result,
  put: Put,
  /** With what the model wrote, where it was right. */
  onProblem: (problem: WordProblem, text: string | null) => Promise<void>,
): Promise<void> {
  const lengths = Array.from({ length: mostSteps }, (_, at) => at + 1);
  const sets = lengths.map((steps) =>
    generateProblems({ seed: seed * 1000 + steps, count: problems, steps, language, unseen: scenes === 'unseen' }),
  );
  result.lengths = lengths.map((steps): LengthRow => ({ steps, direct: [], worked: [] }));
  let sampleSteps = 0;
  for (let number = 0; number < problems; number++) {
    for (const [at, row] of result.lengths.entries()) {
      const problem = sets[at][number];
      const direct = await put(DIRECT, [], problem);
      const worked = await put(WORKED, [], problem);
      row.direct.push(direct.answer === problem.answer);
      row.worked.push(worked.answer === problem.answer);
      if (row.worked.at(-1) && !row.direct.at(-1) && row.steps > sampleSteps) {
        sampleSteps = row.steps;
        result.sample = sampleOf(problem, direct, worked);
      }
      await onProblem(problem, row.worked.at(-1) ? worked.text : null);
    }
  }
}

function sampleOf({ question, answer }: WordProblem, direct: Answered, worked: Answered): Sample {
  return { question, expected: answer, direct: direct.answer, worked: worked.answer, text: worked.text };
}

function promptRows(): PromptRow[] {
  const rows: PromptRow[] = EXAMPLES.map((examples) => ({ form: 'trained', examples, worked: true, right: [] }));
  for (const worked of [false, true]) {
    for (const examples of EXAMPLES.slice(1)) rows.push({ form: 'paper', examples, worked, right: [] });
  }
  return rows;
}

/** The same English problems in every way of asking; the same examples for all of them, which a shared cache reads once. */
async function byExamples(
  { prompted, scenes }: Options,
  seed: number,
  result: Result,
  put: Put,
  show: () => Promise<void>,
): Promise<void> {
  const random = seededRandom(seed * 1000 + 99);
  const fresh = (steps: number): WordProblem => {
    const from = Math.floor(random() * 2 ** 31);
    return generateProblems({ seed: from, count: 1, steps, language: 'en', unseen: scenes === 'unseen' })[0];
  };
  const stepsAt = (at: number): number => PROMPTED_STEPS[at % PROMPTED_STEPS.length];
  const examples = Array.from({ length: Math.max(...EXAMPLES) }, (_, at) => fresh(stepsAt(at)));
  const problems = Array.from({ length: prompted }, (_, at) => fresh(stepsAt(at)));
  for (const row of promptRows()) {
    result.prompts.push(row);
    for (const problem of problems) {
      const { answer } = await put(row, examples.slice(0, row.examples), problem);
      row.right.push(answer === problem.answer);
      await show();
    }
  }
}

const share = (right: readonly boolean[]): number => mean(right.map(Number));

/** Shares of a finished result, and paired differences with intervals over problems. */
export function gains({ lengths, prompts }: Result): {
  direct: number;
  worked: number;
  /** [problems]: worked minus direct. */
  paired: number[];
  /** Four worked examples minus none, in the trained form. */
  examples: number[];
  /** Worked examples minus mere answers, four of each, in the paper's form. */
  prompting: number[];
} {
  const row = (form: PromptRow['form'], examples: number, worked = true): boolean[] =>
    prompts.find((each) => each.form === form && each.examples === examples && each.worked === worked)!.right;
  const differences = (a: readonly boolean[], b: readonly boolean[]): number[] =>
    a.map((right, at) => Number(right) - Number(b[at]));
  return {
    direct: share(lengths.flatMap(({ direct }) => direct)),
    worked: share(lengths.flatMap(({ worked }) => worked)),
    paired: lengths.flatMap(({ direct, worked }) => differences(worked, direct)),
    examples: differences(row('trained', 4), row('trained', 0)),
    prompting: differences(row('paper', 4), row('paper', 4, false)),
  };
}

/** A share of solutions, with Wilson's interval; left out where there were none. */
function ofAll(name: string, cases: readonly boolean[]): Parameters<typeof cardRows>[0][number] {
  if (cases.length === 0) return { name };
  return { name, value: share(cases), unit: 'share', interval: shareInterval(share(cases), cases.length) };
}

function card(result: Result): Card {
  const { direct, worked, paired, examples, prompting } = gains(result);
  const { wrong, strange } = result.corrupted;
  const paperForm = (shown: boolean): number =>
    share(result.prompts.find((row) => row.form === 'paper' && row.examples === 4 && row.worked === shown)!.right);
  return {
    paper: {
      text: 'PaLM, 540 billion parameters, GSM8K: 17.9% with answers in the prompt, 56.9% with worked steps; LaMDA, 8 billion: 3.2%, then 1.6%',
    },
    rows: cardRows([
      { name: 'right at once', value: direct, unit: 'share' },
      { name: 'right step by step', value: worked, unit: 'share' },
      {
        name: 'gain from steps, trained',
        value: mean(paired),
        unit: 'points',
        interval: pairedInterval(paired),
      },
      {
        name: 'gain from four worked examples, in the trained form',
        value: mean(examples),
        unit: 'points',
        interval: pairedInterval(examples),
      },
      { name: 'right after four answers, in the paper’s form', value: paperForm(false), unit: 'share' },
      { name: 'right after four worked examples, in the paper’s form', value: paperForm(true), unit: 'share' },
      {
        name: 'gain from prompting alone',
        value: mean(prompting),
        unit: 'points',
        interval: pairedInterval(prompting),
      },
      ofAll(
        'a wrong number is carried into the next step',
        wrong.map((each) => each === 'propagated'),
      ),
      ofAll(
        'the right number comes back',
        wrong.map((each) => each === 'restored'),
      ),
      ofAll('the right number goes on after a strange line', strange),
    ]),
    why: {
      text: 'The paper changes nothing but the prompt. The bundled model has 12 million parameters and gains from steps because it was trained on written-out steps, on problems of this very kind, much easier than GSM8K. The gap is between two ways of asking this one model, which had as many problems answered at once as step by step in its training; a net that learned bare answers alone might do better at them. Worked examples in its prompt are not expected to help at this size. In the form it was trained on no gain shows: it learnt one problem at a time, and in stories of kinds that it knows hardly anything is left to gain. In the paper’s form, which it never saw, it hardly gets an answer right with or without steps, so there is no gain to measure; of {0} problems, a gain below about {1} points would not show anyhow. That a wrong number is carried on says that the next step reads the last one, not that the written steps are all that the model goes by: it was trained to copy.',
      // Rule of three: none in n leaves up to 3 / n open.
      args: [prompting.length, Math.round(300 / prompting.length)],
    },
  };
}
