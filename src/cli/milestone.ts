/** `milestone`: lists the experiments, or runs one without VS Code. The workspace it reads is the current folder. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AnyExperiment, Inputs } from '../milestones/experiment';
import { defaults } from '../milestones/experiment';
import { folderTexts } from '../milestones/folderTexts.node';
import { experimentOf, experiments } from '../milestones/index';
import { experimentModels, inputsOf, xzBytes } from '../milestones/inputs.node';
import { writeRecorded } from '../milestones/recorded.node';
import { runExperiment, type Run } from '../milestones/run';
import { summarize, type SummaryRow } from '../milestones/seeds';
import { filled } from '../shared/filled';
import { mean } from '../shared/statistics';
import { entryOf } from '../shared/history/timeline';
import type { OptionValues, Unit, Words } from '../protocol/milestones';
import { ownFile } from './home';
import { bundledHash, bundledIndex, bundledPath } from './modelFiles';
import { tellProgress, type CommandOutput } from './output';
import { MOST_SEED } from '../shared/random';
import { parse, UsageError, wholeNumber } from './usage';

/** Each run takes seconds to minutes. */
const MOST_SEEDS = 10_000;

type AnyRun = Run<unknown, unknown, unknown>;

export async function milestoneCommand(args: string[]): Promise<CommandOutput> {
  const { values, positionals } = parse({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      small: { type: 'boolean' },
      record: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [id] = positionals;
  if (positionals.length > 1)
    throw new UsageError(
      `Name one milestone alone, as in “milestone backpropagation”; here are ${positionals.length}: ${positionals.join(', ')}.`,
    );
  if (positionals.length === 0) throw new UsageError('Say which milestone, or “list” to see them.');
  if (id === 'list') {
    const rows = experiments.map(({ id }) => {
      const { title, year } = entryOf(id);
      return { id, title: title.en, year };
    });
    if (values.json) return { json: rows };
    return { readable: rows.map(({ id, title, year }) => `${year}  ${id.padEnd(20)} ${title}`).join('\n') };
  }
  if (values.seed !== undefined && values.seeds !== undefined)
    throw new UsageError('Give --seed or --seeds, not both.');
  if (values.record !== undefined && !existsSync(path.dirname(values.record)))
    throw new UsageError(`There is no folder “${path.dirname(values.record)}” for --record.`);
  const count = wholeNumber('seeds', values.seeds, 0, 1, MOST_SEEDS);
  const seed = wholeNumber('seed', values.seed, 1, 0, MOST_SEED);
  const seeds = count > 0 ? Array.from({ length: count }, (_, at) => at + 1) : [seed];

  const experiment = experimentOf(id);
  const options: unknown = defaults(experiment.controls, values.small ?? false);
  const inputs = await gather(experiment);
  const runs: AnyRun[] = [];
  for (const seed of seeds) {
    const { signal } = new AbortController();
    // Runs take seconds to minutes; whoever looks on is told.
    if (seeds.length > 1) tellProgress(`seed ${seed} of ${seeds.length} …`);
    runs.push(await runExperiment(experiment, { options, seed, signal, inputs }));
  }
  const model = experiment.needs?.models && bundledHash();
  if (values.record !== undefined) {
    const [{ result, timings }] = runs;
    const about = { options: options as OptionValues, seed: seeds[0], ...(model && { model }) };
    await writeRecorded(values.record, { ...about, result, timings });
  }
  const rows = summarize(runs.map(({ card }) => card));
  const { paper, why, isUnusual = false } = runs[0].card;
  const timings = meanTimings(runs);
  if (!values.json) {
    const card = report(experiment, { paper, why, isUnusual, rows, timings, seeds });
    return {
      readable: values.small ? `${card}\n--small: a smaller experiment than the panel's; so are its numbers` : card,
    };
  }
  // By name for scripts; the rows and the texts that can be translated stand beside.
  const ours = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  const interval = Object.fromEntries(rows.flatMap(({ name, interval: own }) => (own ? [[name, own]] : [])));
  return {
    json: {
      id,
      finding: findingOf(experiment, rows),
      paper: english(paper),
      ours,
      interval,
      seeds,
      ...(model && { model }),
      why: english(why),
      ...(isUnusual && { whyTellsOf: 'the full run' }),
      rows,
      words: { paper, why },
      test: Object.fromEntries(testOf(experiment)),
      timings,
    },
  };
}

async function gather({ needs = {} }: AnyExperiment): Promise<Inputs> {
  const { default: usual, reasoner } = needs.models ? bundledIndex() : { default: '', reasoner: '' };
  const { ATTENTION_XZ: xz } = process.env;
  const inputs = inputsOf(
    {
      workspace: needs.workspaceCharacters ? await folderTexts(process.cwd(), needs.workspaceCharacters) : [],
      selection: null,
      models: { default: bundledPath(usual), reasoner: bundledPath(reasoner) },
      media: ownFile('media'),
    },
    experimentModels(),
    new AbortController().signal,
  );
  return xz ? { ...inputs, xzBytes: xzBytes(xz) } : inputs;
}

function meanTimings(runs: readonly AnyRun[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(runs[0].timings).map((name) => [name, mean(runs.map(({ timings }) => timings[name]))]),
  );
}

function english({ text, args = [] }: Words): string {
  return filled(text, args);
}

function findingOf({ trial }: AnyExperiment, rows: readonly SummaryRow[]): string {
  const of = (name: string): SummaryRow | undefined => rows.find((row) => row.name === name);
  const { text, rows: names, withInterval } = trial.finding(of);
  const args = names.map((name) => {
    const row = of(name);
    if (!row) return '–';
    return written(row.value, row.unit) + (withInterval?.includes(name) ? rangeOf(row) : '');
  });
  return english({ text, args });
}

const rangeOf = ({ interval, unit }: SummaryRow): string =>
  interval ? ` [${interval.map((end) => written(end, unit)).join(' … ')}]` : '';

/** What makes it a test, by name. */
function testOf({ trial: { baseline, control, falsifiedBy } }: AnyExperiment): [string, string][] {
  return [
    ['baseline', english(baseline)],
    ['control', english(control)],
    ['what would have shown it to be wrong', english(falsifiedBy)],
  ];
}

interface Report {
  paper: Words;
  why: Words;
  isUnusual: boolean;
  rows: readonly SummaryRow[];
  timings: Record<string, number>;
  seeds: readonly number[];
}

function report(experiment: AnyExperiment, card: Report): string {
  const { id } = experiment;
  const { title, year } = entryOf(id);
  const { paper, why, isUnusual, rows, timings, seeds } = card;
  return [
    `${title.en}, ${year}`,
    '',
    findingOf(experiment, rows),
    '',
    `paper: ${english(paper)}`,
    `ours (${seeds.length === 1 ? `seed ${seeds[0]}` : `${seeds.length} seeds, 95 % intervals`}):`,
    ...rows.map((row) => {
      const over = row.interval ? ` over ${row.over}` : '';
      return `  ${row.name}: ${written(row.value, row.unit)}${rangeOf(row)}${over}`;
    }),
    `why they differ: ${english(why)}`,
    ...(isUnusual ? ['(that is told of the full run: this one may have come out otherwise)'] : []),
    ...testOf(experiment).map(([name, said]) => `${name}: ${said}`),
    '',
    `${(timings.totalMs / 1000).toFixed(1)} s a run, first picture after ${Math.round(timings.firstPictureMs)} ms`,
  ].join('\n');
}

function written(value: number, unit: Unit | undefined): string {
  switch (unit) {
    case 'share':
    case 'percent':
      return `${(value * 100).toFixed(1)} %`;
    case 'points':
      return `${(value * 100).toFixed(1)} points`;
    case 'integer':
      return value.toFixed(0);
    case 'times':
      return `${value.toPrecision(3)}×`;
    case undefined:
      return String(Number(value.toPrecision(4)));
    default:
      return `${Number(value.toPrecision(4))} ${unit}`;
  }
}
