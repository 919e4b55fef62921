/** The sister run's record (media/models/sister.json; training/README.md has its format) and what is read from it. */
import { Problem } from '../../protocol/problem';

const FILE = 'media/models/sister.json';

type Grid = number[][];

export interface Asked {
  language: 'en' | 'zh';
  steps: number;
  question: string;
  /** As it should be written, a step a line. */
  solution: string;
}

export interface Checkpoint {
  tokens: number;
  loss: { code: number };
  /** [layers][heads]: mean weight on what the role names. */
  heads: Record<'previous' | 'induction' | 'bracket' | 'duplicate', Grid>;
  /** [problems] */
  problems: {
    /** Nats: the whole solution, token by token, given the question. */
    logprob: number[];
    /** The numbers that the model itself writes after "=", at most eight. */
    first: string[][];
    /** Tokens to be changed, put in or left out (Levenshtein) between what the model writes and the solution. */
    distance: number[];
    /** 1 where what it writes is the solution. */
    exact: number[];
  };
}

export interface RunRecord {
  problems: Asked[];
  /** In order of tokens. */
  checkpoints: Checkpoint[];
}

/** Throws Problem model-invalid when the file is no record of format 2. */
export function readRecord(bytes: Uint8Array): RunRecord {
  try {
    const record = JSON.parse(new TextDecoder().decode(bytes)) as RunRecord & { format?: number };
    if (record.format !== 2) throw new Error('not format 2');
    const { problems, checkpoints } = record;
    if (problems.length === 0 || checkpoints.length < 3) throw new Error('nothing in it');
    const complete = checkpoints.every(
      ({ tokens, problems: asked }) =>
        Number.isFinite(tokens) &&
        [asked.logprob, asked.first, asked.distance, asked.exact].every(({ length }) => length === problems.length),
    );
    if (!complete) throw new Error('a checkpoint is incomplete');
    return record;
  } catch (thrown) {
    throw new Problem('model-invalid', `${FILE} holds no record of a training run: ${String(thrown)}`, { file: FILE });
  }
}

/** The numbers after each "=" of a solution: what `first` is compared with. */
export function numbersOf(solution: string): string[] {
  return [...solution.matchAll(/=\s*(-?\d+)/g)].map(([, number]) => number);
}

/** Share of the solution's numbers (at most eight) that the model wrote in their places, at its first attempt. */
export function rightNumbers(solution: string, first: readonly string[]): number {
  const numbers = numbersOf(solution).slice(0, 8);
  return numbers.filter((number, at) => number === first[at]).length / numbers.length;
}

/** The head that is strongest at the end, and its score at each checkpoint. */
export function strongest(grids: readonly Grid[]): { layer: number; head: number; scores: number[] } {
  const last = grids[grids.length - 1];
  let [layer, head] = [0, 0];
  last.forEach((row, at) =>
    row.forEach((score, column) => {
      if (score > last[layer][head]) [layer, head] = [at, column];
    }),
  );
  return { layer, head, scores: grids.map((grid) => grid[layer][head]) };
}
