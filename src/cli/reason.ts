/** `reason`: a model solves word problems, directly and step by step. */
import { hashOfFile } from '../engine/formats/regularFile.node';
import type { Solution, Step, WordProblem } from '../protocol/reasoning';
import { annotated } from '../reasoning/import/annotate';
import { segment, stepsOf } from '../reasoning/import/segment';
import { generateProblems } from '../reasoning/problems/problems';
import { circlesFrom } from '../shared/circles';
import { solutionDoubts, type SolutionDoubt } from '../shared/solutionDoubts';
import { shareInterval } from '../shared/statistics';
import { confidenceOf } from '../reasoning/solve/confidence.node';
import { loadReasoner } from '../reasoning/solve/load.node';
import { askedBy } from '../reasoning/solve/prompt';
import type { Reasoner } from '../reasoning/solve/reasoner';
import { solve } from '../reasoning/solve/solve';
import { bundledIndex, bundledPath } from './modelFiles';
import type { CommandOutput } from './output';
import { verdict, verdictSentences } from './trace';
import { MOST_SEED } from '../shared/random';
import { parse, UsageError, wholeNumber } from './usage';
import path from 'node:path';

/** Steps that the generator and the bundled model know. */
const MOST_STEPS = 8;
/** Each problem takes about a second. */
const MOST_PROBLEMS = 10_000;

const LANGUAGES = ['en', 'zh', 'both'] as const;
const isLanguage = (name: string): name is (typeof LANGUAGES)[number] => LANGUAGES.some((one) => one === name);

interface Solved {
  text: string;
  /** The right answer; null for a problem of the person's own. */
  expected: string | null;
  direct: Solution;
  steps: Solution;
  /** What speaks against the answer step by step to a problem of the person's own, as sentences. */
  doubts: string[];
}

export async function reasonCommand(args: string[]): Promise<CommandOutput> {
  const { values } = parse({
    args,
    options: {
      problem: { type: 'string' },
      count: { type: 'string' },
      steps: { type: 'string' },
      seed: { type: 'string' },
      language: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  if ((values.problem === undefined) === (values.count === undefined)) {
    throw new UsageError('Give either --problem TEXT or --count N --steps K.');
  }
  const count = wholeNumber('count', values.count, 1, 1, MOST_PROBLEMS);
  const seed = wholeNumber('seed', values.seed, 1, 0, MOST_SEED);
  const steps = wholeNumber('steps', values.steps, 0, 1);
  if (values.count !== undefined && (steps < 1 || steps > MOST_STEPS)) {
    throw new UsageError(`--count needs --steps from 1 to ${MOST_STEPS}.`);
  }
  const { language = 'both' } = values;
  if (!isLanguage(language)) throw new UsageError('--language is en, zh or both.');
  if (values.problem?.trim() === '') throw new UsageError('The problem is empty.');
  const file = values.model !== undefined ? path.resolve(values.model) : bundledPath(bundledIndex().reasoner);
  const reasoner = await loadReasoner(file);
  const problems: (WordProblem | { question: string; answer: null })[] =
    values.problem !== undefined
      ? [{ question: values.problem, answer: null }]
      : generateProblems({ seed, count, steps, language });
  const solved: Solved[] = [];
  for (const { question, answer } of problems) {
    const direct = await solve(reasoner, question, { withSteps: false });
    const steps = await solve(reasoner, question, { withSteps: true });
    const doubts = answer === null ? await doubtsOf(reasoner, question, steps) : [];
    solved.push({ text: question, expected: answer, direct, steps, doubts });
  }
  return values.json ? { json: await asJson(reasoner, file, solved) } : { readable: report(reasoner, solved) };
}

/** As the panel tells them. */
async function doubtsOf(reasoner: Reasoner, question: string, solution: Solution): Promise<string[]> {
  const isBundled = reasoner.style.kind === 'native';
  const steps = annotatedSteps(solution.text, question);
  const circles = solution.ending === 'length' ? circlesFrom(steps) : null;
  const isNone = circles !== null || solution.answer === null;
  if (!isBundled && !isNone) return [];
  const confidence = isNone ? null : await confidenceOf(reasoner, question, solution, () => Promise.resolve());
  const found = solutionDoubts(question, steps, confidence).map(doubtWords);
  const none =
    circles !== null
      ? [`It went in circles from step ${circles + 1} on and did not answer.`]
      : isNone
        ? ['It did not come to an answer.']
        : [];
  const told = [...none, ...found];
  if (told.length === 0 || !isBundled) return told;
  return [
    ...told,
    'The bundled model was trained on short word problems in which one quantity is added to, taken from, multiplied or divided; reason --count 3 --steps 2 shows it with three.',
  ];
}

function doubtWords(doubt: SolutionDoubt): string {
  switch (doubt.kind) {
    case 'unsure':
      return `It does not know this kind of problem: of ${doubt.of} others that it was unsure of, it solved ${doubt.right}.`;
    case 'no-numbers':
      return 'This question gives no numbers.';
    case 'unused':
      return `Its steps do not use ${doubt.numbers.join(', ')}, which the question gives.`;
    case 'from-nowhere':
      return `Its steps compute with ${doubt.numbers.join(', ')}, which the question does not give.`;
  }
}

/** As JSON. Without a known right answer there is no accuracy. */
async function asJson({ model, style }: Reasoner, file: string, solved: readonly Solved[]): Promise<unknown> {
  const { name, architecture, quantization } = model.card;
  return {
    model: { name, architecture, quantization, sha256: await hashOfFile(file), path: file },
    prompt: style.kind,
    direct: accuracyOf(solved, 'direct'),
    steps: accuracyOf(solved, 'steps'),
    problems: solved.map(({ text, expected, direct, steps, doubts }) => ({
      text,
      expected,
      direct: direct.answer,
      given: steps.answer,
      trace: steps.text,
      ...(doubts.length > 0 && { doubts }),
    })),
  };
}

interface Accuracy {
  accuracy: number | null;
  /** Wilson, 95 %. */
  interval: [number, number] | null;
}

function accuracyOf(solved: readonly Solved[], way: 'direct' | 'steps'): Accuracy {
  const known = solved.filter(({ expected }) => expected !== null);
  if (known.length === 0) return { accuracy: null, interval: null };
  const right = known.filter((one) => one[way].answer === one.expected).length;
  return { accuracy: right / known.length, interval: shareInterval(right / known.length, known.length) };
}

function report({ model, style }: Reasoner, solved: readonly Solved[]): string {
  const lines = [`${model.card.name}, asked ${ASKED[askedBy(style)]}.`];
  const direct = accuracyOf(solved, 'direct');
  const steps = accuracyOf(solved, 'steps');
  if (direct.accuracy !== null) {
    lines.push('', `${solved.length} problems. Directly: ${share(direct)} right. Step by step: ${share(steps)} right.`);
    if (style.kind === 'native') {
      lines.push(
        'This model was trained with worked steps. The paper’s claim (Wei et al. 2022) is about large models that were not:',
        'steps help above roughly 100 billion parameters, and hurt small models.',
      );
    }
  }
  for (const { text, expected, direct: at, steps: by, doubts } of solved) {
    const mark = (answer: string | null): string => (expected === null ? '' : answer === expected ? ' ✓' : ' ✗');
    lines.push('', text, `  directly: ${at.answer ?? 'no answer'}${mark(at.answer)}`);
    lines.push(`  step by step: ${by.answer ?? 'no answer'}${mark(by.answer)}`);
    lines.push(
      ...by.text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    );
    lines.push(...sumsOf(by.text, text), ...doubts.map((doubt) => `  ${doubt}`));
    if (expected !== null && by.answer !== expected) lines.push(`  right: ${expected}`);
  }
  return lines.join('\n');
}

/** The verdict on the sums of a solution, and each that is wrong; nothing where none is. */
export function sumsOf(text: string, question: string): string[] {
  const steps = annotatedSteps(text, question);
  const wrong = steps.flatMap((step) =>
    step.equations.filter(({ right }) => !right).map((sum) => `  ${verdict(sum, step)}`),
  );
  return [...verdictSentences(steps).map((sentence) => `  ${sentence}`), ...wrong];
}

const annotatedSteps = (text: string, question: string): Step[] =>
  annotated(stepsOf(text, segment(text, { start: 0, end: text.length })), question);

const ASKED = {
  native: 'in the form it was trained on',
  chat: 'through its chat template',
  'chat-examples': 'through its chat template, with three worked examples',
  'few-shot': 'with three worked examples',
  instead: 'with three worked examples: its chat template takes more time or room than a template may',
} as const;

const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
const share = ({ accuracy, interval }: Accuracy): string =>
  `${percent(accuracy!)} (95 %: ${percent(interval![0])} to ${percent(interval![1])})`;
