/**
 * From word problems to Olympiad gold, 2022-2025. The bundled model solves the same long problems, in
 * stories of kinds that it never saw, in ways that spend more and more tokens: once, the vote of many, checked and written anew from the
 * first wrong sum (verify and refine, as Huang & Yang 2025 do it with proofs); with the same tokens spent at random places, and with a calculator, as controls.
 */
import type { Card } from '../../protocol/milestones';
import type { ProblemRow, SolvingWay } from '../../protocol/testTime';
import { generateProblems } from '../../reasoning/problems/problems';
import { Decoder } from '../../reasoning/solve/decoder';
import { Reasoner } from '../../reasoning/solve/reasoner';
import type { Writer } from '../../reasoning/testTime/strategies';
import { curvesOf, majority, passAt, votesFor, waysOf } from '../../reasoning/testTime/tally';
import { solveAllWays } from '../../reasoning/testTime/ways';
import type { Experiment } from '../experiment';
import { mean, pairedInterval, shareInterval } from '../../shared/statistics';
import { controls, type Options, type Result } from './options';
import { trial } from './trial';

/** Tokens of a question and its solution, with room to spare. */
const CAPACITY = 768;

export const olympiad: Experiment<Options, Result> = {
  id: 'olympiad',
  controls,
  trial,
  needs: { models: ['reasoner'] },
  async run(options, seed, report, _signal, inputs) {
    const model = await inputs.model('reasoner');
    // The prompts are those of training, whatever the file says of itself.
    const reasoner = new Reasoner(model, new Map([['tokenizer.ggml.eos_token_id', model.tokenizer.eosId ?? -1]]), {
      kind: 'native',
    });
    const decoder = new Decoder(model, CAPACITY);
    const { problems: count, steps, scenes } = options;
    const unseen = scenes === 'unseen';
    const problems = generateProblems({ seed: seed * 1000 + 500 + steps, count, steps, unseen });
    const result: Result = { rows: [], curves: [], ways: [], accepted: 0, falseAccepts: 0, example: null };
    try {
      for (const [number, problem] of problems.entries()) {
        const note = { text: 'Problem {0} of {1}', args: [number + 1, count] };
        const pause = (): Promise<void> => report(number / count, note);
        const writer: Writer = { reasoner, decoder, question: problem.question, pause };
        const { row, example } = await solveAllWays(writer, problem, options, seed * 10_000 + number);
        result.rows.push(row);
        result.curves = curvesOf(result.rows);
        result.ways = waysOf(result.rows);
        result.accepted += Number(row.refined.passes);
        result.falseAccepts += Number(row.refined.passes && !row.refined.right);
        if (example && (!result.example || (result.example.kind !== 'mended' && example.kind === 'mended'))) {
          result.example = example;
        }
        await report((number + 1) / count, note, structuredClone(result));
      }
    } finally {
      decoder.release();
    }
    return { result };
  },
  card,
};

/** Paired differences of right answers over the problems. */
export function gains({ rows }: Result): { overGreedy: number[]; overRandom: number[]; overVote: number[] } {
  const over = (other: (row: ProblemRow) => boolean): number[] =>
    rows.map((row) => Number(row.refined.right) - Number(other(row)));
  return {
    overGreedy: over(({ greedy }) => greedy.right),
    overRandom: over(({ random }) => random.right),
    overVote: over((row) => majority(row.samples, votesFor(row)).right),
  };
}

function card(result: Result): Card {
  const { rows, ways, accepted, falseAccepts } = result;
  const samples = rows[0].samples.length;
  const { overGreedy, overRandom, overVote } = gains(result);
  const way = (name: SolvingWay['name']): SolvingWay => ways.find((each) => each.name === name)!;
  const falseShare = accepted > 0 ? falseAccepts / accepted : 0;
  return {
    paper: {
      text: 'Gemini 2.5 Pro on the Olympiad of 2025: 31.6% as the best of 32 solutions; five of the six problems when its proofs are checked and refined (Huang & Yang 2025, abstract)',
    },
    rows: [
      { name: 'right, written once (greedy)', value: way('greedy').right, unit: 'share' },
      { name: 'right, vote of all samples', value: way('vote').right, unit: 'share' },
      { name: 'right, likeliest of all samples', value: way('likeliest').right, unit: 'share' },
      { name: 'right, verify and refine', value: way('refined').right, unit: 'share' },
      { name: 'right, cut at random lines', value: way('random').right, unit: 'share' },
      { name: 'right, with a calculator', value: way('calculator').right, unit: 'share' },
      {
        name: 'one of all samples is right (no way to choose)',
        value: mean(rows.map((row) => passAt(row.samples, samples))),
        unit: 'share',
      },
      { name: 'tokens a problem, verify and refine', value: way('refined').tokens, unit: 'integer' },
      { name: 'tokens a problem, vote of all samples', value: way('vote').tokens, unit: 'integer' },
      {
        name: 'gain of verify and refine over writing once',
        value: mean(overGreedy),
        unit: 'points',
        interval: pairedInterval(overGreedy),
      },
      {
        name: 'gain over as many tokens at random lines',
        value: mean(overRandom),
        unit: 'points',
        interval: pairedInterval(overRandom),
      },
      {
        name: 'gain over a vote that costs as much',
        value: mean(overVote),
        unit: 'points',
        interval: pairedInterval(overVote),
      },
      {
        name: 'wrong among the accepted',
        value: falseShare,
        unit: 'share',
        interval: shareInterval(falseShare, Math.max(1, accepted)),
      },
    ],
    why: {
      text: 'The Olympiad’s systems check proofs, line by line and in words; our checker only does sums, exactly. It never sees the right answer, and it does not see what a sum means: an addition where something was taken away passes it. Those are its false accepts: where the model misread a story of a new kind, its sums may all be right. Checking would have been shown to help if it gained over as many tokens spent at random lines.',
    },
  };
}
