/** Experiments on the generator's drawings, asked about drawings by people ("Quick, Draw!", CC BY 4.0, Google). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { alexNet } from '../src/milestones/alexnet/experiment';
import type { Answer as NetsAnswer } from '../src/milestones/alexnet/options';
import { catNeuron } from '../src/milestones/cat-neuron/experiment';
import type { Answer, Question } from '../src/milestones/cat-neuron/options';
import { distillation } from '../src/milestones/distillation/experiment';
import type { Answer as NamingAnswer } from '../src/milestones/distillation/options';
import { defaults, type AnyExperiment, type Finished } from '../src/milestones/experiment';
import { visionTransformer } from '../src/milestones/vision-transformer/experiment';
import type { Answer as PatchAnswer } from '../src/milestones/vision-transformer/options';
import { summarize, type SummaryRow } from '../src/milestones/seeds';
import type { CardRow } from '../src/protocol/milestones';
import { KINDS, PIXELS } from '../src/shared/drawings';

const SEEDS = [1, 2, 3, 4, 5];
type HumanKind = 'cats' | 'trains' | 'rainbows';
/** [drawings] of [SIZE][SIZE], 0 … 1. */
type People = Record<HumanKind, Float32Array[]>;
type Measured = Record<string, number>;

interface Check {
  experiment: AnyExperiment;
  /** Numbers of one finished run, by the names under which the card shows them. */
  ask(finished: Finished<unknown, unknown>, people: People): Promise<Measured>;
}

/** By net, the share of people's cats and trains of which it finds the right kind the likeliest. */
async function namedRightly(
  { cats, trains }: People,
  ask: (pixels: Float32Array) => Promise<Record<string, readonly number[]>>,
): Promise<Measured> {
  const right: Measured = {};
  for (const [kind, drawn] of [
    ['cat', cats],
    ['train', trains],
  ] as const) {
    for (const pixels of drawn) {
      for (const [net, shares] of Object.entries(await ask(pixels))) {
        const named = shares.indexOf(Math.max(...shares)) === KINDS.indexOf(kind);
        right[net] = (right[net] ?? 0) + Number(named) / (cats.length + trains.length);
      }
    }
  }
  return right;
}

/** Of an entry that answers a drawing with the shares of each of its nets. */
const namedByShares = (answer: Finished<unknown, unknown>['answer'], people: People): Promise<Measured> =>
  namedRightly(
    people,
    async (pixels) => ((await answer!({ pixels }, new AbortController().signal)) as NetsAnswer | PatchAnswer).shares,
  );

const CHECKS: Record<string, Check> = {
  alexnet: {
    experiment: alexNet,
    async ask({ answer }, people) {
      const right = await namedByShares(answer, people);
      return {
        'human cats and trains named: with convolutions': right.relu,
        'human cats and trains named: without, as many weights': right.equalWeights,
        'human cats and trains named: without, as many multiply-adds': right.equalOperations,
      };
    },
  },
  'cat-neuron': {
    experiment: catNeuron,
    async ask({ answer }, people) {
      const fires = async (pixels: Float32Array): Promise<boolean> => {
        const question: Question = { pixels };
        const { responses } = (await answer!(question, new AbortController().signal)) as Answer;
        const { response, threshold } = responses.find(({ kind }) => kind === 'cat')!;
        return response >= threshold;
      };
      const share = async (kind: HumanKind): Promise<number> => {
        const fired = await Promise.all(people[kind].map(fires));
        return fired.filter(Boolean).length / fired.length;
      };
      const [cats, trains, rainbows] = [await share('cats'), await share('trains'), await share('rainbows')];
      return {
        'human drawings: cats against trains and rainbows': (cats + 1 - (trains + rainbows) / 2) / 2,
        'human drawings: cats that fire it': cats,
      };
    },
  },
  distillation: {
    experiment: distillation,
    async ask({ answer }, people) {
      const right = await namedRightly(people, async (pixels) => {
        const said = (await answer!({ pixels }, new AbortController().signal)) as NamingAnswer;
        return { hard: said.hard, soft: said.soft, all: said.all };
      });
      return {
        'human cats and trains named: hard targets': right.hard,
        'human cats and trains named: soft targets': right.soft,
        'human cats and trains named: all data': right.all,
      };
    },
  },
  'vision-transformer': {
    experiment: visionTransformer,
    async ask({ answer }, people) {
      const right = await namedByShares(answer, people);
      return {
        'human cats and trains named: convolutions': right.convolutions,
        'human cats and trains named: attention over patches': right.patches,
        'human cats and trains named: patches without their places': right.placeless,
      };
    },
  },
};

/** null where the entry has no such check or the drawings are not there. */
export async function measure(id: string, folder: string | undefined): Promise<SummaryRow[] | null> {
  const check = CHECKS[id];
  if (!check || !folder) return null;
  const people = read(folder);
  const cards = [];
  for (const seed of SEEDS) {
    const { experiment } = check;
    const finished = (await experiment.run(
      defaults(experiment.controls),
      seed,
      async () => {},
      new AbortController().signal,
      undefined as never,
    )) as Finished<unknown, unknown>;
    const asked = Object.entries(await check.ask(finished, people));
    cards.push({ rows: asked.map(([name, value]): CardRow => ({ name, value, unit: 'share' })) });
  }
  return summarize(cards);
}

function read(folder: string): People {
  const of = (kind: HumanKind): Float32Array[] => {
    const bytes = gunzipSync(readFileSync(path.join(folder, 'doodles', `${kind}1000.bin.gz`)));
    return Array.from({ length: bytes.length / PIXELS }, (_, at) =>
      Float32Array.from(bytes.subarray(at * PIXELS, (at + 1) * PIXELS), (value) => value / 255),
    );
  };
  return { cats: of('cats'), trains: of('trains'), rainbows: of('rainbows') };
}
