/** Which measurements are taken of the model, in which order, and where they are written. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { FileSource } from '../../src/engine/formats/fileSource.node';
import { loadModel, type LoadedModel } from '../../src/engine/model/load';
import { loadReasoner } from '../../src/reasoning/solve/load.node';
import { expertTable } from './experts';
import { bracketBalance, generations } from './generations';
import { bestHead, headCuts, headTable } from './heads';
import { inductionCut } from './induction';
import {
  bitsPerByte,
  checkNarrower,
  compressors,
  costsOf,
  groupOf,
  heldOut,
  narrowerOf,
  rates,
  type TextCost,
} from './heldOut';
import { gsm8k, reasoningCurve } from './reasoning';
import { writeReport, type Results } from './report';

const RESULTS = 'bench/results/model.json';

interface Options {
  model: string;
  held: string;
  /** The same weights in F32. */
  full?: string;
}

type Section = (model: LoadedModel, options: Options) => Promise<unknown>;

const SECTIONS: Readonly<Record<string, Section>> = {
  async text(model, { held, full }) {
    const files = heldOut(held);
    checkNarrower(files);
    const precise = full === undefined ? undefined : await load(full);
    const rows: Record<string, object> = {};
    for (const group of new Set(files.map(groupOf))) {
      const some = files.filter((file) => groupOf(file) === group);
      const costs = await costsOf(model, some);
      const unquantized = precise && (await bitsPerByte(precise, some));
      const languages = [...new Set(some.map(({ language }) => language ?? ''))].sort().map((language) => {
        const own = costs.filter((_, i) => some[i].language === language);
        return [language, { files: own.length, ...rates(own) }];
      });
      const narrower = narrowerOf(some).map(([says, part]) => [
        says,
        rowOf(costs.filter((_, i) => part.includes(some[i]))),
      ]);
      rows[group] = {
        ...rowOf(costs),
        ...(unquantized && { unquantized }),
        ...compressors(some),
        languages: Object.fromEntries(languages),
        narrower: Object.fromEntries(narrower),
      };
      console.log(group, rows[group]);
    }
    return rows;
  },
  async ngram() {
    // Counts the training text anew.
    const printed = execFileSync('sh', ['run.sh', 'ngram.py'], {
      cwd: 'training',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { bits_per_byte } = JSON.parse(printed) as { bits_per_byte: Record<string, number> };
    console.log(bits_per_byte);
    return bits_per_byte;
  },
  async heads(model, { held }) {
    const files = heldOut(held);
    const rows = await headTable(model, files);
    for (const role of ['previous-token', 'induction', 'bracket-ahead', 'bracket'] as const) {
      const { layer, head, scores } = bestHead(rows, role);
      console.log(`${role}: layer ${layer} head ${head}, ${scores[role]?.toFixed(3)}`);
    }
    const cuts = await headCuts(model, files, rows);
    console.table(cuts);
    const induction = await inductionCut(
      model,
      rows.map(({ scores }) => scores.induction!),
    );
    console.table([induction]);
    return { rows, cuts, induction };
  },
  async experts(model, { held }) {
    const table = await expertTable(model, heldOut(held));
    console.table(table.layers);
    console.table(table.specialists);
    return table;
  },
  async reasoning(_, { model }) {
    const reasoner = await loadReasoner(model);
    const share = ({ right, of }: { right: number; of: number }): string => `${((100 * right) / of).toFixed(1)} %`;
    const curve = await reasoningCurve(reasoner, ({ templates, steps, direct, withSteps }) =>
      console.log(`${templates}, ${steps} steps: directly ${share(direct)}, step by step ${share(withSteps)}`),
    );
    const words = await gsm8k(reasoner);
    console.log('GSM8K test', words && share(words));
    return { curve, gsm8k: words };
  },
  async generation(model) {
    const texts = await generations(model);
    const brackets = await bracketBalance(model);
    console.log('closing brackets that fit', brackets);
    return { brackets, texts };
  },
};

function rowOf(costs: readonly TextCost[]): { files: number; bytes: number; bytesPerToken: number; ours: number } {
  const { bits, bytesPerToken } = rates(costs);
  return { files: costs.length, bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0), bytesPerToken, ours: bits };
}

async function load(path: string): Promise<LoadedModel> {
  const source = new FileSource(path);
  return loadModel(source).finally(() => source.close());
}

export async function measure(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string' },
      held: { type: 'string' },
      full: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const index = JSON.parse(readFileSync('media/models/index.json', 'utf8')) as { default: string };
  const options = {
    model: values.model ?? `media/models/${index.default}`,
    held: values.held ?? `${process.env.ATTENTION_TRAINING ?? 'training'}/data/held.json`,
    full: values.full,
  };
  const sha256 = createHash('sha256').update(readFileSync(options.model)).digest('hex');
  const model = await load(options.model);
  const machine = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}`;
  let results: Results = { ...previous(sha256), sha256, kernel: model.kernel.name, machine };
  for (const name of values.only?.split(',') ?? Object.keys(SECTIONS)) {
    console.log(`\n${name}`);
    results = { ...results, [name]: await SECTIONS[name](model, options) };
    // Of another file nothing is kept: it is printed.
    if (!values.model) writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);
  }
  if (!values.model) writeReport(results);
}

/** Keeps what other sections measured of the same file. */
function previous(sha256: string): Partial<Results> {
  try {
    const kept = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
    return kept.sha256 === sha256 ? kept : {};
  } catch {
    return {};
  }
}
